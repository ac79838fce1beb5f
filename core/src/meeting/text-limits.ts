import type { RecordingRequest } from "../bot-instance/bot-instance.ts";
import { MAX_URL_CHARACTERS } from "./meeting-url.ts";

/**
 * The most characters that each text of a request may have. The bot shows its name to everybody in the
 * meeting; an organisation's id, percent-encoded, becomes part of the id of a document (1500 bytes).
 */
export const TEXT_LIMITS = {
  meetingUrl: MAX_URL_CHARACTERS,
  timezone: 64,
  botName: 128,
  creatorOrganizationId: 128,
  creatorUserId: 256,
  // Whose own limit is in bytes.
  gcsPath: 1024,
} as const satisfies Partial<Record<keyof RecordingRequest, number>>;
