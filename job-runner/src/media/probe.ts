import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { type MediaInfo, parseMediaInfo } from "./media-info.ts";

/** As much as the conversion looks at: a track that starts late must be seen by both. */
export const PROBE_LIMITS = ["-analyzeduration", "20M", "-probesize", "20M"];

const REPORT = ["-loglevel", "error", "-of", "json", "-show_format", "-show_streams"];

/**
 * Asks ffprobe what a file, or the beginning of a stream of bytes, holds.
 * Undefined: ffprobe can make nothing of it. A stream is read as far as needed and destroyed.
 * Rejects when ffprobe cannot be started or the signal aborts; the process has then ended.
 */
export async function probeMedia(
  ffprobe: string,
  input: string | Readable,
  signal?: AbortSignal,
): Promise<MediaInfo | undefined> {
  const source = typeof input === "string" ? input : "pipe:0";
  const child = spawn(ffprobe, [...REPORT, ...PROBE_LIMITS, "-i", source], {
    stdio: ["pipe", "pipe", "ignore"],
    // Its own process group, as ffmpeg's: Ctrl-C must not make a recording look unreadable.
    detached: true,
  });
  const kill = () => child.kill("SIGKILL");
  signal?.addEventListener("abort", kill);
  if (signal?.aborted) kill();
  try {
    const [json, [code]] = await Promise.all([
      text(child.stdout),
      once(child, "close"),
      typeof input === "string" ? undefined : feed(input, child.stdin),
    ]);
    signal?.throwIfAborted();
    return code === 0 ? parseMediaInfo(json) : undefined;
  } finally {
    signal?.removeEventListener("abort", kill);
    if (typeof input !== "string") input.destroy();
  }
}

/** What a pipe says when its reader has seen enough. */
const READER_IS_GONE = new Set(["EPIPE", "ECONNRESET", "ERR_STREAM_PREMATURE_CLOSE"]);

async function feed(input: Readable, stdin: Writable): Promise<void> {
  await pipeline(input, stdin).catch((error: NodeJS.ErrnoException) => {
    if (!READER_IS_GONE.has(error.code ?? "")) throw error;
  });
}
