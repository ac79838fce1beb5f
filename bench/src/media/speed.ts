import { summarize } from "../statistics.ts";
import { runBaseline } from "./baseline.ts";
import { type EndedMeeting, holdMeeting, untilLogged, untilStored } from "./meeting.ts";
import { type Codec, makeSource } from "./sources.ts";
import { MEBIBYTE } from "./units.ts";
import type { Conversion, MediaWorld } from "./world.ts";

/** What is measured beside its baseline. */
export interface SpeedTask {
  codec: Codec;
  minutes: number;
  conversion: Conversion;
  /** How many times faster than real time the meeting passes. */
  speed: number;
  repeats: number;
  /** Whether the baseline is measured as well: it takes as long as the meeting did. */
  baseline: boolean;
}

/** From the end of a recording to both outputs in the bucket, in seconds: medians. */
export interface SpeedFigures extends SpeedTask {
  seconds: number;
  baselineSeconds?: number;
  /** How many times faster than the baseline. */
  speedup?: number;
  recordedBytes: number;
  storedBytes: number;
  /** While the outputs were uploaded. */
  mebibytesPerSecond: number;
}

/** What a task leaves behind for other measurements. */
export interface SpeedResult {
  figures: SpeedFigures;
  ended: EndedMeeting;
}

/** Measures a task several times, ours and the baseline in turn. */
export async function measureSpeed(world: MediaWorld, task: SpeedTask): Promise<SpeedResult> {
  const runs = [];
  for (let repeat = 0; repeat < task.repeats; repeat += 1) {
    const ours = await measureOurs(world, task);
    runs.push({ ...ours, baselineSeconds: task.baseline && (await measureBaseline(world, task)) });
  }
  const seconds = summarize(runs.map((run) => run.seconds)).p50;
  const baselines = runs.flatMap(({ baselineSeconds }) => baselineSeconds || []);
  const baselineSeconds = baselines.length > 0 ? summarize(baselines).p50 : undefined;
  const [last] = runs.slice(-1);
  if (!last) throw new Error("Nothing was measured.");
  const { ended, recordedBytes } = last;
  const figures = {
    ...{ ...task, seconds, recordedBytes },
    ...(baselineSeconds && { baselineSeconds, speedup: baselineSeconds / seconds }),
    storedBytes: ended.video.object.size + ended.audio.object.size,
    mebibytesPerSecond: summarize(runs.map((run) => uploadRate(run.ended))).p50,
  };
  return { figures, ended };
}

async function measureBaseline({ folder, tools, storage }: MediaWorld, task: SpeedTask) {
  const source = await makeSource(folder, task.codec, task.minutes * 60);
  return await runBaseline(tools, folder, source, storage.url);
}

/** From the bot's last word, its callback, to both outputs stored and verified. */
async function measureOurs(world: MediaWorld, { codec, minutes, speed, conversion }: SpeedTask) {
  const query = { sandbox: codec, seconds: minutes * 60, speed };
  const { instance, execution } = await holdMeeting(world, query, conversion);
  const recorded = await untilLogged(world, execution, "recording ended");
  await untilLogged(world, execution, "callback sent");
  const calledAt = Date.now();
  const ended = await untilStored(world, instance);
  const seconds = (ended.endedAt - calledAt) / 1000;
  return { seconds, ended, recordedBytes: Number(recorded["bytes"]) };
}

function uploadRate({ fields, endedAt, video, audio }: EndedMeeting): number {
  const seconds = (endedAt - fields["phase_at"].uploading.toMillis()) / 1000;
  return (video.object.size + audio.object.size) / MEBIBYTE / seconds;
}
