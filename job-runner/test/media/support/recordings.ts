import { execFile } from "node:child_process";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { RecordingLayout } from "../../../src/media/recording-layout.ts";
import { createWebmScanner } from "../../../src/media/webm-scanner.ts";
import { npmBuild } from "./builds.ts";

const run = promisify(execFile);

/** Twenty seconds of a meeting as Chromium records it, by video codec. */
export function chromiumRecording(codec: "h264" | "vp8" | "vp9"): string {
  const url = new URL(
    `../../../../sandbox/recordings/chromium-${codec}-opus.webm`,
    import.meta.url,
  );
  return url.pathname;
}

/** Writes the first bytes of a Chromium recording. */
export async function writeStart(path: string, codec: "h264" | "vp9", bytes: number) {
  await writeFile(path, (await readFile(chromiumRecording(codec))).subarray(0, bytes));
}

/** Makes a file with npm's ffmpeg. */
export async function generate(...args: string[]): Promise<void> {
  await run(npmBuild.ffmpeg, ["-nostdin", "-loglevel", "error", "-y", ...args]);
}

/** Input options for a moving picture. */
export function pictures(size: string, seconds: number): string[] {
  return ["-f", "lavfi", "-i", `testsrc=size=${size}:rate=25:duration=${seconds}`];
}

/** Input options for a tone. */
export function tone(seconds: number): string[] {
  return ["-f", "lavfi", "-i", `sine=frequency=440:sample_rate=48000:duration=${seconds}`];
}

/** Output options for a live recording in VP8 and Opus, fast. */
export const LIVE_VP8 = [
  ...["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "300k"],
  ...["-c:a", "libopus", "-f", "webm", "-live", "1"],
];

/** Makes four seconds of H.264 with Opus whose parameters change in the middle. */
export async function changingH264(path: string, folder: string): Promise<void> {
  const codec = ["-c:v", "libx264", "-profile:v", "baseline", "-pix_fmt", "yuv420p"];
  const all = join(folder, "all.h264");
  for (const refs of ["1", "4"]) {
    const raw = join(folder, `${refs}.h264`);
    await generate(...pictures("160x120", 2), ...codec, "-refs", refs, "-f", "h264", raw);
    await appendFile(all, await readFile(raw));
  }
  const input = ["-r", "25", "-f", "h264", "-i", all];
  await generate(...input, ...tone(4), "-c:v", "copy", "-c:a", "libopus", "-live", "1", path);
}

/** Measures a file. */
export async function layoutOf(path: string): Promise<RecordingLayout> {
  const scanner = createWebmScanner();
  scanner.push(await readFile(path));
  return scanner.end();
}

/** The time stamps of a file's video frames, in order, in seconds. */
export async function videoTimes(path: string): Promise<number[]> {
  const entries = ["-show_entries", "packet=pts_time", "-of", "csv=p=0"];
  const args = ["-loglevel", "error", "-select_streams", "v", ...entries, path];
  const { stdout } = await run(npmBuild.ffprobe, args);
  return stdout
    .split("\n")
    .map(Number.parseFloat)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
}

/** Whether an MP4's index stands before its data, so that it plays while it loads. */
export async function hasIndexInFront(path: string): Promise<boolean> {
  const file = await readFile(path);
  return file.indexOf("moov") < file.indexOf("mdat");
}
