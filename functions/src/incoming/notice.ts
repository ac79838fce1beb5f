import { TEXT_LIMITS } from "@meeting-bot/core";

/** What a stand-alone meeting bot posts when a recording is stored; what is not read is not listed. */
export interface Notice {
  recordingId: string;
  meetingLink?: string | null;
  blobUrl?: string | null;
  /** ISO 8601. */
  timestamp?: string | null;
  metadata?: NoticeMetadata | null;
}

/** As the bot was told to call them, and where it has put the recording. */
export interface NoticeMetadata {
  userId?: string | null;
  teamId?: string | null;
  botId?: string | null;
  /** In seconds. */
  duration?: number | null;
  storage?: NoticeStorage | null;
}

/** The object that the recording is; `url` is as `blobUrl`. */
export interface NoticeStorage {
  provider?: string | null;
  bucket: string;
  key: string;
  endpoint?: string | null;
  url?: string | null;
  /** In seconds. */
  duration?: number | null;
}

/** The most characters of each line of text, by the name of its format. */
export const LINE_FORMATS = {
  name: 256,
  organization: TEXT_LIMITS.creatorOrganizationId,
  user: TEXT_LIMITS.creatorUserId,
  link: TEXT_LIMITS.meetingUrl,
  key: 1024,
  url: 4096,
} as const;

/** A week. */
const MAX_SECONDS = 7 * 24 * 60 * 60;

type Format = keyof typeof LINE_FORMATS;

const line = (format: Format) => ({ type: "string", format, nullable: true });
const needed = (format: Format) => ({ type: "string", format, minLength: 1 });
const seconds = { type: "number", minimum: 0, maximum: MAX_SECONDS, nullable: true };

/** The JSON schema of a notice: more may be in it, and is not looked at. */
export const NOTICE_SCHEMA = {
  type: "object",
  required: ["recordingId", "status"],
  properties: {
    recordingId: needed("name"),
    meetingLink: line("link"),
    status: { const: "completed" },
    blobUrl: line("url"),
    timestamp: { type: "string", format: "date-time", nullable: true },
    metadata: {
      type: "object",
      nullable: true,
      properties: {
        userId: line("user"),
        teamId: line("organization"),
        botId: line("name"),
        duration: seconds,
        storage: {
          type: "object",
          nullable: true,
          required: ["bucket", "key"],
          properties: {
            provider: line("name"),
            bucket: needed("name"),
            key: needed("key"),
            endpoint: line("url"),
            url: line("url"),
            duration: seconds,
          },
        },
      },
    },
  },
};
