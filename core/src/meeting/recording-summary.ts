import type { BotInstance, Status } from "../bot-instance/bot-instance.ts";

/** What a meeting document shows of its recording: the map `recording`. */
export interface RecordingSummary {
  status: Status;
  videoUri?: string;
  audioUri?: string;
  durationSeconds?: number;
  partial?: boolean;
  error?: { code: string; message: string };
}

/** Sums an instance up for the meetings that share it. */
export function summarize({ status, outputs = [], partial, error }: BotInstance): RecordingSummary {
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
    ...(status === "failed" && error && { error: { code: error.code, message: error.message } }),
  };
}
