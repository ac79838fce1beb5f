import type { ErrorCode, Failure } from "../errors.ts";
import type { Provider } from "../meeting/meeting-hosts.ts";
import type { Instant } from "../time.ts";
import type { EndReason } from "./end-reason.ts";

/** Where an instance is in its life; `done` means recorded, converted, stored and verified. */
export type Status = "queued" | "processing" | "done" | "failed" | "cancelled";

/**
 * What is going on while an instance is `processing`, in the order in which it happens. `waiting`: the bot
 * has been on its way for a minute and records nothing yet, so that it is probably at the door.
 */
export const PHASES = [
  "claimed",
  "launched",
  "joining",
  "waiting",
  "recording",
  "converting",
  "uploading",
] as const;
export type Phase = (typeof PHASES)[number];

/** How far the work has come; every figure only grows within one attempt. */
export interface Progress {
  secondsRecorded?: number;
  bytesStored?: number;
  /** 0 to 1. */
  fractionConverted?: number;
}

/** What an output is: video with its sound, sound as M4A or in the named format, the bot's own file, a picture. */
export type OutputKind = "video" | "audio" | "mp3" | "wav" | "opus" | "raw" | "thumbnail";

/** One file that was stored, as it was verified in the bucket. */
export interface Output {
  kind: OutputKind;
  uri: string;
  contentType: string;
  bytes: number;
  /** Base64 of the big-endian CRC32C, as Cloud Storage shows it. */
  crc32c: string;
  durationSeconds: number;
  codec: string;
  width?: number;
  height?: number;
}

/** An output that could not be made or stored, and why; the others are there. */
export interface OutputFailure {
  kind: OutputKind;
  code: ErrorCode;
  message: string;
}

/** A stretch of the meeting that nothing was recorded of. */
export interface Gap {
  /** Where it is in the outputs, which go on there without a pause. */
  atSeconds: number;
  /** By the clocks of the managers on either side. */
  startedAt: Instant;
  endedAt: Instant;
}

/** The platform's run of a manager and its bot. */
export interface Execution {
  launcher: string;
  name: string;
  consoleUrl?: string;
}

/** What the user asked for, copied from the meeting when the instance is made. */
export interface RecordingRequest {
  meetingUrl: string;
  /** Whether the link lets people in who have no passcode of their own. */
  hasPasscode?: boolean;
  provider?: Provider;
  startAt?: Instant;
  endAt?: Instant;
  timezone?: string;
  botName?: string;
  creatorOrganizationId?: string;
  creatorUserId?: string;
  gcsPath?: string;
  /** As the user wrote it; whoever uses an option checks it. */
  recordingOptions?: Record<string, unknown>;
}

/** The current claim. Its token is fresh for every claim and fences every write of its holder. */
export interface Claim {
  claimedBy?: string;
  claimedAt?: Instant;
  claimExpiresAt?: Instant;
  /** Stays when the claim ends, so that a repeated commit can recognise its own write. */
  claimToken?: string;
  /** Who won `start` under this token. */
  runnerId?: string;
  heartbeatAt?: Instant;
  execution?: Execution;
}

/** A finished recording of somebody else's bot, to be fetched instead of being made. */
export interface ImportSource {
  /** `s3://bucket/key` or `gs://bucket/key`. */
  uri: string;
  recordingId: string;
  durationSeconds?: number;
}

/** How many meetings share a bot at most: each is told of its end. */
export const MAX_MEETINGS = 1000;

/** One bot for one meeting: the document `bot_instances/{id}`. */
export interface BotInstance extends RecordingRequest, Claim {
  id: string;
  status: Status;
  phase?: Phase;
  /** When each phase was first reached. */
  phaseAt: Partial<Record<Phase, Instant>>;
  /** When the sweep must look: the due time while queued, the lease's end while processing. */
  wakeAt?: Instant;
  /** How often in a row the sweep could not handle it, and the time that this last moved `wakeAt` to. */
  sweepFailures?: number;
  postponedToAt?: Instant;
  sessionKey?: string;
  /** The occurrence that it was first made for, which never moves; absent for one that was asked for "now". */
  anchorAt?: Instant;
  requestHash?: string;
  /** The path of the first meeting, whose id is part of where the recording goes. */
  meetingPath?: string;
  /** No bot goes anywhere: what is there is fetched, converted and stored. */
  source?: ImportSource;
  /** How many meetings want it: those linked to it (`LinkedMeeting`), and those about to be moved to it. */
  wantedLinks: number;
  /** How many were linked to it and are still told of its end. */
  formerLinks?: number;
  /** Paths of meetings that the version before has linked; those that are linked now are `LinkedMeeting`s. */
  meetings?: string[];
  /** A hand-over: the bot asks to be let in no earlier. */
  joinAt?: Instant;
  /** A hand-over: the bot leaves then, and what it has recorded is whole. */
  leaveAt?: Instant;
  /** The bot that was in the room when this one was sent, and leaves once this one records. */
  takesOverFrom?: string;
  /** When that one was told to leave, because this one has recorded enough. */
  handedOverAt?: Instant;
  /** A later bot of the room: nobody joins this one any more, and it does not go back in. */
  succeededBy?: string;
  /** It gave way to that bot, which its meetings are moved to. */
  mergedInto?: string;
  /** Somebody asked for another attempt after its end: its meetings are moved to that instance. */
  retriedBy?: string;
  attempt: number;
  maxAttempts: number;
  launchFailures: number;
  /** Since when launches have failed for what an operator has to mend. */
  firstRefusedAt?: Instant;
  /** How often nobody has let the bot in. */
  lobbyTimeouts?: number;
  progress?: Progress;
  /** When bytes of the recording were last stored. */
  recordedAt?: Instant;
  /**
   * The time of the last byte, by the manager's clock, while the recording does not grow. Growth removes
   * it: a bot may pause, or hang, in a meeting that is still on.
   */
  recordingEndedAt?: Instant;
  /** The time of the last byte once nothing follows it, as far as the bot's evidence goes. */
  endedAt?: Instant;
  /** Why nothing follows. Once it is told no other bot is sent: what is stored becomes the outputs. */
  endReason?: EndReason;
  cancelRequestedAt?: Instant;
  /** No bot is sent any more: the parts of the recording that are stored become the outputs. */
  finishOnly?: boolean;
  /** How many attempts to finish have failed. */
  finishFailures?: number;
  outputs?: Output[];
  /** Outputs that were asked for and are not there. */
  outputFailures?: OutputFailure[];
  /** Something of the meeting, or an output, is missing. */
  partial?: boolean;
  /** What is missing between the outputs' beginning and end, in order. */
  gaps?: Gap[];
  error?: Failure & { at: Instant };
  /** When everything that was recorded was removed at somebody's request. */
  recordingErasedAt?: Instant;
  /** Who asked for that: `user:…` or `key:…`. */
  erasedBy?: string;
  createdAt: Instant;
  updatedAt: Instant;
  processedAt?: Instant;
}

/** Whether nothing will happen to the instance any more. */
export function isTerminal({ status }: Pick<BotInstance, "status">): boolean {
  return status === "done" || status === "failed" || status === "cancelled";
}

/** When an ended instance recorded last; of a bot that was killed only what is stored tells. */
export function recordingEndOf(instance: BotInstance): Instant | undefined {
  const { recordingEndedAt, endedAt, recordedAt, processedAt } = instance;
  return recordingEndedAt ?? endedAt ?? recordedAt ?? processedAt;
}

/** Whether some of the recording is in the store, which is to become an output whatever else happens. */
export function hasStored({ progress }: Pick<BotInstance, "progress">): boolean {
  return (progress?.bytesStored ?? 0) > 0;
}
