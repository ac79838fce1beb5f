import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fixturePath } from "../../../sandbox/src/meeting-bot/recorder.ts";
import {
  type LiveRecording,
  parseLiveRecording,
} from "../../../sandbox/src/meeting-bot/webm/live-recording.ts";
import { playInChunks } from "../../../sandbox/src/meeting-bot/webm/play.ts";
import type { MediaTools } from "./tools.ts";

/** The video codecs of the bot's recordings. */
export type Codec = "vp9" | "h264";

/** Makes the file that the bot will have recorded after so many seconds; only its tracks' ids differ. */
export async function makeSource(folder: string, codec: Codec, seconds: number): Promise<string> {
  const path = join(folder, `${codec}-${seconds}.webm`);
  const recording = parseLiveRecording(await readFile(fixturePath(codec)));
  await write(recording, seconds, path);
  return path;
}

/** A white flash and a beep of 100 ms in each second, at the same instant. */
const FLASHES = "drawbox=color=white:t=fill:enable='lt(mod(t,1),0.1)'";
const BEEPS = "0.5*sin(2*PI*1000*t)*lt(mod(t,1),0.1)";

/** The second of the two tracks that ffmpeg is told to write. */
const AUDIO_TRACK = 2;

/**
 * Makes a recording of claps in VP9 and Opus. `hole`: from when to when, in seconds, there is no packet
 * of audio in it.
 */
export async function makeClapTrack(
  tools: MediaTools,
  path: string,
  seconds: number,
  hole?: { from: number; to: number },
): Promise<void> {
  const video = `color=black:s=640x360:r=30:d=${seconds},${FLASHES}`;
  const audio = `aevalsrc='${BEEPS}':s=48000:d=${seconds}`;
  const inputs = ["-f", "lavfi", "-i", video, "-f", "lavfi", "-i", audio];
  const encoded = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "600k"];
  const output = [...encoded, "-c:a", "libopus", "-f", "webm", "pipe:1"];
  const { stdout } = await tools.run(["-v", "error", ...inputs, ...output]);
  const recording = parseLiveRecording(stdout);
  await write(hole ? withoutAudio(recording, hole) : recording, seconds, path);
}

function withoutAudio(
  recording: LiveRecording,
  { from, to }: { from: number; to: number },
): LiveRecording {
  const clusters = recording.clusters.map((cluster) => ({
    ...cluster,
    blocks: cluster.blocks.filter(
      ({ track, atMs }) => track !== AUDIO_TRACK || atMs < from * 1000 || atMs >= to * 1000,
    ),
  }));
  return { ...recording, clusters };
}

async function write(recording: LiveRecording, seconds: number, path: string): Promise<void> {
  const chunks = playInChunks(recording, { lengthMs: seconds * 1000, cut: "between-blocks" });
  await pipeline(bytesOf(chunks), createWriteStream(path));
}

function* bytesOf(chunks: Iterable<{ bytes: Buffer }>): Generator<Buffer> {
  for (const { bytes } of chunks) yield bytes;
}
