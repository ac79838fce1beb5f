import { hashOf } from "../hash.ts";
import type { MeetingLink } from "../meeting/meeting-url.ts";
import type { Instant } from "../time.ts";

/** A recording that somebody else's bot has made and stored, as its service tells of it. */
export interface FinishedRecording {
  /** Tells a repeated notice from another recording. */
  recordingId: string;
  /** `s3://bucket/key` or `gs://bucket/key`. */
  uri: string;
  endedAt: Instant;
  /** The meeting's link, where a bot of ours could have gone there, too. */
  link?: RecordedLink | undefined;
  /** What the bot was known by to whoever sent it: perhaps one of our instances. */
  botId?: string | undefined;
  organizationId?: string | undefined;
  userId?: string | undefined;
  durationSeconds?: number | undefined;
}

/** A link with what it leads to. */
export interface RecordedLink extends Pick<MeetingLink, "provider" | "identity"> {
  url: string;
}

/** The id of the instance that imports a recording, and of the meeting that is made for it: the same for a repeat. */
export function importIdOf(recordingId: string): string {
  return `import-${hashOf(recordingId).slice(0, 32)}`;
}
