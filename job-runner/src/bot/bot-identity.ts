import { createHash } from "node:crypto";

/** By what the bot knows its job: both words become a folder and a file name on the shared volume. */
export interface BotIdentity {
  userId: string;
  botId: string;
}

/** Safe in a path, and short enough that both together, in base64url, stay a file name (255 bytes). */
const SAFE_ID = /^[A-Za-z0-9_-]{1,80}$/;

/** Makes the bot's identity of ids that may hold anything, a path above all; the same ids give the same. */
export function toBotIdentity(creatorUserId: string | undefined, instanceId: string): BotIdentity {
  return { userId: toSafeId(creatorUserId || "unknown"), botId: toSafeId(instanceId) };
}

/** The recording's file name without its extension: the bot's own rule. */
export function recordingBaseName({ userId, botId }: BotIdentity): string {
  return Buffer.from(`${userId}${botId}0`).toString("base64url");
}

function toSafeId(id: string): string {
  return SAFE_ID.test(id) ? id : createHash("sha256").update(id).digest("hex");
}
