import { existsSync } from "node:fs";
import {
  appendFile,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  writeFile,
} from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { FixtureName, Plan } from "./plan.ts";
import { voidHead } from "./webm/elements.ts";
import { parseLiveRecording } from "./webm/live-recording.ts";
import { type Chunk, type Cut, playInChunks } from "./webm/play.ts";
import { withNewTrackUids } from "./webm/track-uids.ts";

/** What to record, and how fast the meeting passes. */
export interface Take {
  /** The WebM file that is played. */
  recording: string;
  lengthMs: number;
  cut: Cut;
  speed: number;
  /** The file that ends it before its length, once it is there. */
  until: string | undefined;
}

/** Takes what the MediaRecorder hands over, as it comes. */
export type Sink = (chunk: Chunk) => Promise<void>;

const recordingsFolder = new URL("../../recordings/", import.meta.url);

/**
 * Records a meeting into every sink, one chunk at a time and each at its instant; late chunks do not
 * delay the ones after them. Its tracks have ids of their own. Returns the time code of the last
 * block, in milliseconds.
 */
export async function record(take: Take, sinks: readonly Sink[]): Promise<number> {
  const { header, ...blocks } = parseLiveRecording(await readFile(take.recording));
  const recording = { ...blocks, header: withNewTrackUids(header) };
  const startedAt = performance.now();
  let lastBlockMs = 0;
  for (const chunk of playInChunks(recording, take)) {
    await sleep(Math.max(0, startedAt + chunk.endMs / take.speed - performance.now()));
    if (take.until && existsSync(take.until)) break;
    for (const sink of sinks) await sink(chunk);
    lastBlockMs = chunk.lastBlockMs;
  }
  return lastBlockMs;
}

/** The recording that is played for a codec. */
export function fixturePath(fixture: FixtureName): string {
  return fileURLToPath(new URL(`chromium-${fixture}-opus.webm`, recordingsFolder));
}

/**
 * A sink that appends to a file, every chunk with so many bytes of nothing behind it; `retry` decides
 * about what an attempt before has left in the file.
 */
export async function fileSink(
  path: string,
  { retry, padBytes }: { retry: Plan["retry"]; padBytes: number },
): Promise<Sink> {
  await mkdir(dirname(path), { recursive: true });
  if (retry === "replaces") await rm(path, { force: true });
  if (retry === "restarts") await writeFile(path, "");
  return async (chunk) => {
    if (padBytes === 0) return appendFile(path, chunk.bytes);
    await appendFile(path, Buffer.concat([chunk.bytes, voidHead(padBytes)]));
    // A hole in the file: it reads as zeros and takes no room on the disk.
    await truncate(path, (await stat(path)).size + padBytes);
  };
}

/** A sink that appends to the file `from`, which becomes `to` when `atMs` of the meeting are in it. */
export async function renamingSink(from: string, to: string, atMs: number): Promise<Sink> {
  await mkdir(dirname(from), { recursive: true });
  await mkdir(dirname(to), { recursive: true });
  let path = from;
  return async (chunk) => {
    await appendFile(path, chunk.bytes);
    if (path === to || chunk.endMs < atMs) return;
    await rename(from, to);
    path = to;
  };
}
