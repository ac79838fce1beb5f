/** What the bot reports about its job. */
export type BotCallback =
  /** One of its attempts is over; `statuses` is its course, such as `processing`, `joined`, `finished`. */
  | { kind: "status"; botId: string | undefined; statuses: readonly string[] }
  /** Something that went wrong, by category and sub-category. */
  | {
      kind: "log";
      botId: string | undefined;
      category: string;
      subCategory: string;
      message: string;
    };

/** A request on the bot's routes that is no callback, and why. */
export interface MalformedCallback {
  kind: "malformed";
  problem: string;
}

/** Bounds on what one callback may make us keep. */
const MAX_STATUSES = 100;
const MAX_TEXT = 500;

/** Reads the body of a callback; anything but what the bot sends is malformed. */
export function parseCallback(
  route: BotCallback["kind"],
  text: string,
): BotCallback | MalformedCallback {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return malformed("the body is not JSON");
  }
  if (typeof body !== "object" || body === null) return malformed("the body is not an object");
  return route === "status" ? parseStatus(body) : parseLog(body);
}

function parseStatus(body: StatusBody): BotCallback | MalformedCallback {
  const { botId, status } = body;
  if (!Array.isArray(status) || !status.every((word) => typeof word === "string")) {
    return malformed("status is not a list of words");
  }
  const statuses = status.slice(-MAX_STATUSES).map((word) => word.slice(0, MAX_TEXT));
  return { kind: "status", botId: textOf(botId), statuses };
}

function parseLog(body: LogBody): BotCallback | MalformedCallback {
  const category = textOf(body.category);
  if (category === undefined) return malformed("category is not a text");
  const subCategory = textOf(body.subCategory) ?? "";
  return {
    kind: "log",
    botId: textOf(body.botId),
    category,
    subCategory,
    message: textOf(body.message) ?? "",
  };
}

interface StatusBody {
  botId?: unknown;
  status?: unknown;
}

interface LogBody {
  botId?: unknown;
  category?: unknown;
  subCategory?: unknown;
  message?: unknown;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value.slice(0, MAX_TEXT) : undefined;
}

function malformed(problem: string): MalformedCallback {
  return { kind: "malformed", problem };
}
