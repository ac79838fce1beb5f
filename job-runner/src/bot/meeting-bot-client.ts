import type { Instant, Provider } from "@meeting-bot/core";
import type { BotIdentity } from "./bot-identity.ts";
import type { Clock } from "./clock.ts";

/** Where the bot is asked to go, and as whom. */
export interface JoinRequest extends BotIdentity {
  provider: Provider;
  meetingUrl: string;
  /** The name that the others in the meeting see. */
  botName: string;
  organizationId?: string | undefined;
  /** IANA name; default UTC. */
  timezone?: string | undefined;
}

/** What the bot said to a join. `unreachable`: whether it joins is not known. */
export type JoinAnswer =
  | { kind: "accepted" }
  | { kind: "busy" }
  | { kind: "refused"; message: string }
  | { kind: "unreachable"; message: string };

/** Drives the bot in the other container. No method throws for what the bot does or fails to do. */
export interface MeetingBotClient {
  /** Asks until the bot says that it is healthy; false when it has not by `deadlineAt`, or on abort. */
  waitUntilHealthy(deadlineAt: Instant, signal?: AbortSignal): Promise<boolean>;
  join(request: JoinRequest): Promise<JoinAnswer>;
  /** Whether a job is running, retries included. */
  isBusy(): Promise<boolean | "unreachable">;
  /** Asks the bot to end; an image without that route, or a bot that has gone, is a success too. */
  shutdown(): Promise<void>;
}

/** How the bot is reached. */
export interface ClientSettings {
  /** `http://127.0.0.1:3000`: today's images listen nowhere else. */
  baseUrl: string;
  clock: Clock;
  /** For everything but the join; default 5 s. */
  timeoutMs?: number;
  /** A join is answered before the bot opens its browser; default 20 s. */
  joinTimeoutMs?: number;
}

/** The bot requires one but uses it only for its own uploader, which is left unconfigured. */
const BEARER_TOKEN = "unused";

/** Bound on what is read of an answer. */
const MAX_ANSWER_BYTES = 64 * 1024;

const HEALTH_INTERVAL_MS = 500;

/** The bot's join body: every field is required, and a string. */
export function toJoinBody(request: JoinRequest): Record<string, string> {
  return {
    url: request.meetingUrl,
    name: request.botName,
    bearerToken: BEARER_TOKEN,
    teamId: request.organizationId || "none",
    timezone: request.timezone || "UTC",
    userId: request.userId,
    botId: request.botId,
  };
}

/** Reads an answer to a join. 5xx counts as unreachable: it may have begun. */
export function toJoinAnswer(status: number, body: unknown): JoinAnswer {
  if (status >= 200 && status < 300) return { kind: "accepted" };
  if (status === 409) return { kind: "busy" };
  const { error, message } = asBody(body);
  const said = [error, message].find((text) => typeof text === "string" && text !== "");
  const words = `${status}${said === undefined ? "" : `: ${String(said).slice(0, 300)}`}`;
  return status < 500
    ? { kind: "refused", message: `The meeting bot refused the meeting (${words}).` }
    : { kind: "unreachable", message: `The meeting bot failed to answer (${words}).` };
}

/** Talks HTTP to the bot, each call within a time limit and without following redirects. */
export class HttpMeetingBotClient implements MeetingBotClient {
  readonly #baseUrl: string;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #joinTimeoutMs: number;

  constructor({ baseUrl, clock, timeoutMs = 5_000, joinTimeoutMs = 20_000 }: ClientSettings) {
    this.#baseUrl = baseUrl;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#joinTimeoutMs = joinTimeoutMs;
  }

  async waitUntilHealthy(deadlineAt: Instant, signal?: AbortSignal): Promise<boolean> {
    while (!signal?.aborted) {
      const answer = await this.#call("GET", "/health");
      if (answer?.status === 200 && asBody(answer.body).status === "healthy") return true;
      if (this.#clock.now() + HEALTH_INTERVAL_MS > deadlineAt) return false;
      await this.#clock.sleep(HEALTH_INTERVAL_MS, signal);
    }
    return false;
  }

  async join(request: JoinRequest): Promise<JoinAnswer> {
    const path = `/${request.provider}/join`;
    const answer = await this.#call("POST", path, this.#joinTimeoutMs, toJoinBody(request));
    if (answer) return toJoinAnswer(answer.status, answer.body);
    return { kind: "unreachable", message: "The meeting bot does not answer." };
  }

  async isBusy(): Promise<boolean | "unreachable"> {
    const answer = await this.#call("GET", "/isbusy");
    const busy = asBody(answer?.body).data;
    if (answer?.status !== 200 || (busy !== 0 && busy !== 1)) return "unreachable";
    return busy === 1;
  }

  async shutdown(): Promise<void> {
    await this.#call("POST", "/shutdown");
  }

  /** One request; undefined when there was no answer. */
  async #call(method: "GET" | "POST", path: string, timeoutMs = this.#timeoutMs, body?: unknown) {
    try {
      const response = await fetch(new URL(path, this.#baseUrl), {
        method,
        // The bot is beside us; whatever would send us elsewhere is not it.
        redirect: "error",
        signal: AbortSignal.timeout(timeoutMs),
        ...(body === undefined
          ? {}
          : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
      });
      return { status: response.status, body: parseJson(await readBounded(response)) };
    } catch {
      // Refused, reset, timed out: the caller needs no more than that there was no answer, and the
      // error's text could hold the meeting's address.
      return undefined;
    }
  }
}

interface BotBody {
  status?: unknown;
  data?: unknown;
  error?: unknown;
  message?: unknown;
}

function asBody(body: unknown): BotBody {
  return typeof body === "object" && body !== null ? body : {};
}

async function readBounded(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error("the answer is too long");
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
