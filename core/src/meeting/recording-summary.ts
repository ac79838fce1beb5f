import type { BotInstance, Status } from "../bot-instance/bot-instance.ts";
import type { Failure } from "../errors.ts";
import type { Instant } from "../time.ts";

/** What a meeting document shows of its recording: the map `recording`. */
export interface RecordingSummary {
  status: Status;
  videoUri?: string;
  audioUri?: string;
  durationSeconds?: number;
  partial?: boolean;
  /** When it was removed at somebody's request. */
  erasedAt?: Instant;
  error?: { code: string; message: string };
}

/** Sums an instance up for the meetings that share it. */
export function summarize(instance: BotInstance): RecordingSummary {
  const { status, outputs = [], partial, recordingErasedAt: erasedAt, error } = instance;
  const [video, audio] = ["video", "audio"].map((kind) =>
    outputs.find((output) => output.kind === kind),
  );
  const durationSeconds = (video ?? audio)?.durationSeconds;
  return {
    status,
    ...(video && { videoUri: video.uri }),
    ...(audio && { audioUri: audio.uri }),
    ...(durationSeconds !== undefined && { durationSeconds }),
    ...(partial !== undefined && { partial }),
    ...(erasedAt !== undefined && { erasedAt }),
    ...(status === "failed" && error && { error: told(error) }),
  };
}

/** A platform's own words may be many, and they are written to each of an instance's meetings. */
const MAX_MESSAGE_CHARACTERS = 2000;

function told({ code, message }: Failure): RecordingSummary["error"] {
  return { code, message: message.slice(0, MAX_MESSAGE_CHARACTERS) };
}
