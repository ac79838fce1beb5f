import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { type FileType, THUMBNAIL } from "./derive-plan.ts";
import { runFfmpeg } from "./ffmpeg.ts";
import { probeMedia } from "./probe.ts";
import type { Verdict } from "./verify-output.ts";
import type { Workshop } from "./workshop.ts";

/**
 * Checks a file of sound in the working directory by what it contains: readable, of the right codec, and
 * as long as what it was made of, if that is known. On a full disk ffmpeg exits with 0 and leaves a head
 * that promises the whole length.
 */
export async function verifySound(
  shop: Workshop,
  type: FileType,
  expectedSeconds: number | undefined,
): Promise<Verdict> {
  const verdict = await verifyCodec(shop, type, "audio");
  if (!verdict.ok) return verdict;
  const fault = await findWrongEnd(shop, join(shop.workDir, type.name), expectedSeconds);
  return fault === undefined ? verdict : { ok: false, message: fault };
}

/** Checks the still picture in the working directory: readable, and there up to its end. */
export async function verifyPicture(shop: Workshop): Promise<Verdict> {
  const verdict = await verifyCodec(shop, THUMBNAIL, "video");
  if (!verdict.ok) return verdict;
  const fault = await findMissingEnd(join(shop.workDir, THUMBNAIL.name));
  return fault === undefined ? verdict : { ok: false, message: fault };
}

async function verifyCodec(
  { binaries, workDir, signal }: Workshop,
  { name, codec }: FileType,
  of: "audio" | "video",
): Promise<Verdict> {
  const path = join(workDir, name);
  const info = await probeMedia(binaries.ffprobe, path, signal);
  if (!info) return { ok: false, message: "the output cannot be read" };
  if (info[of]?.codec !== codec) return { ok: false, message: `the output holds no ${codec}` };
  return { ok: true, bytes: (await stat(path)).size, info };
}

/**
 * The last time stamp says where the last block begins, up to 60 ms before its end; MP3 counts in frames
 * of 24 ms and adds some, for each piece. What was cut short is off by more.
 */
const MAX_DIFFERENCE_SECONDS = 0.5;

async function findWrongEnd(
  shop: Workshop,
  path: string,
  expectedSeconds: number | undefined,
): Promise<string | undefined> {
  if (expectedSeconds === undefined) return undefined;
  const found = await measureSeconds(shop, path);
  if (Math.abs(found - expectedSeconds) <= MAX_DIFFERENCE_SECONDS) return undefined;
  return `its sound ends after ${found.toFixed(2)} s instead of ${expectedSeconds.toFixed(2)} s`;
}

/** Reads every packet, without decoding any, and returns the time of the last one. */
async function measureSeconds(
  { binaries, workDir, signal }: Workshop,
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
