import { open, stat } from "node:fs/promises";
import type { Derivation } from "./derive-plan.ts";
import { runFfmpeg } from "./ffmpeg.ts";
import type { FfmpegBinaries } from "./ffmpeg-binaries.ts";
import { probeMedia } from "./probe.ts";
import type { Verdict } from "./verify-output.ts";

/** What looks at an output. */
export interface Inspector {
  readonly binaries: FfmpegBinaries;
  readonly workDir: string;
  readonly signal?: AbortSignal;
}

/** An output, and what it was made of. */
export interface ExpectedDerived {
  readonly path: string;
  readonly derivation: Derivation;
  readonly source: string;
}

/**
 * Checks a derived output by what it contains: readable, of the right codec, and there up to its
 * end. On a full disk ffmpeg exits with 0 and leaves a head that promises the whole length.
 */
export async function verifyDerived(
  inspector: Inspector,
  { path, derivation: { of, codec }, source }: ExpectedDerived,
): Promise<Verdict> {
  const info = await probeMedia(inspector.binaries.ffprobe, path, inspector.signal);
  if (!info) return { ok: false, message: "the output cannot be read" };
  if (info[of]?.codec !== codec) return { ok: false, message: `the output holds no ${codec}` };
  const fault = await (of === "audio"
    ? findWrongEnd(inspector, path, source)
    : findMissingEnd(path));
  if (fault) return { ok: false, message: fault };
  return { ok: true, bytes: (await stat(path)).size, info };
}

/** MP3 counts in frames of 24 ms and adds some; what was cut short is off by more. */
const MAX_DIFFERENCE_SECONDS = 0.5;

async function findWrongEnd(
  inspector: Inspector,
  path: string,
  source: string,
): Promise<string | undefined> {
  const { binaries, signal } = inspector;
  const expected = (await probeMedia(binaries.ffprobe, source, signal))?.audio?.endSeconds;
  if (expected === undefined) return "what it was made of cannot be read";
  const found = await measureSeconds(inspector, path);
  if (Math.abs(found - expected) <= MAX_DIFFERENCE_SECONDS) return undefined;
  return `its sound ends after ${found.toFixed(2)} s instead of ${expected.toFixed(2)} s`;
}

/** Reads every packet, without decoding any, and returns the time of the last one. */
async function measureSeconds(
  { binaries, workDir, signal }: Inspector,
  path: string,
): Promise<number> {
  let last = 0;
  await runFfmpeg({
    ffmpeg: binaries.ffmpeg,
    input: path,
    inputOptions: ["-hide_banner", "-nostdin", "-loglevel", "error", "-stats"],
    outputArguments: ["-map", "0", "-c", "copy", "-f", "null", "-"],
    workDir,
    onProgress: (seconds) => {
      last = seconds;
    },
    signal,
  });
  return last;
}

/** The marker that ends a JPEG (ITU-T T.81, table B.1). */
const END_OF_IMAGE = Buffer.of(0xff, 0xd9);

async function findMissingEnd(path: string): Promise<string | undefined> {
  await using file = await open(path);
  const { size } = await file.stat();
  const end = Buffer.alloc(END_OF_IMAGE.length);
  await file.read(end, 0, end.length, Math.max(0, size - end.length));
  return end.equals(END_OF_IMAGE) ? undefined : "the picture is cut off";
}
