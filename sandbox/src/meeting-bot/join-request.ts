/** The platforms that the bot can join; each has its own route. */
export type Provider = "google" | "microsoft" | "zoom";

/** What a bot is told when it is sent to a meeting. At least one of the two ids is there. */
export interface JoinRequest {
  provider: Provider;
  url: string;
  name: string;
  bearerToken: string;
  teamId: string;
  timezone: string;
  userId: string;
  botId?: string;
  eventId?: string;
}

/** A request, or the bot's own words for what it lacks. */
export type JoinReading = { ok: true; request: JoinRequest } | { ok: false; error: string };

const requiredFields = ["bearerToken", "url", "name", "teamId", "timezone", "userId"] as const;

/** Reads the body of a join: all fields are strings, an empty one counts as missing. */
export function readJoinRequest(provider: Provider, body: unknown): JoinReading {
  const fields = readStrings(body);
  const { bearerToken, url, name, teamId, timezone, userId, botId, eventId } = fields;
  if (!bearerToken || !url || !name || !teamId || !timezone || !userId) {
    return { ok: false, error: `Missing required fields: ${requiredFields.join(", ")}` };
  }
  if (!botId && !eventId) {
    return { ok: false, error: "Missing required fields: botId or eventId" };
  }
  return {
    ok: true,
    request: {
      ...{ provider, url, name, bearerToken, teamId, timezone, userId },
      ...(botId && { botId }),
      ...(eventId && { eventId }),
    },
  };
}

type JoinFields = Partial<Record<(typeof requiredFields)[number] | "botId" | "eventId", string>>;

function readStrings(body: unknown): JoinFields {
  if (typeof body !== "object" || body === null) return {};
  return Object.fromEntries(Object.entries(body).filter(([, value]) => typeof value === "string"));
}
