import { appendFile, mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { FixtureName } from "./plan.ts";
import { type LiveRecording, parseLiveRecording } from "./webm/live-recording.ts";
import { type Chunk, type Cut, playInChunks } from "./webm/play.ts";

/** What to record, and how fast the meeting passes. */
export interface Take {
  fixture: FixtureName;
  lengthMs: number;
  cut: Cut;
  speed: number;
}

/** Takes what the MediaRecorder hands over, as it comes. */
export type Sink = (chunk: Chunk) => Promise<void>;

const recordingsFolder = new URL("../../recordings/", import.meta.url);

/**
 * Records a meeting into every sink, one chunk at a time and each at its instant; late chunks do not
 * delay the ones after them. Returns the time code of the last block, in milliseconds.
 */
export async function record(take: Take, sinks: readonly Sink[]): Promise<number> {
  const recording = await loadRecording(take.fixture);
  const startedAt = performance.now();
  let lastBlockMs = 0;
  for (const chunk of playInChunks(recording, take)) {
    await sleep(Math.max(0, startedAt + chunk.endMs / take.speed - performance.now()));
    for (const sink of sinks) await sink(chunk);
    lastBlockMs = chunk.lastBlockMs;
  }
  return lastBlockMs;
}

/** A sink that appends to a file, so that a retry continues the file of the attempt before it. */
export async function fileSink(path: string): Promise<Sink> {
  await mkdir(dirname(path), { recursive: true });
  return (chunk) => appendFile(path, chunk.bytes);
}

async function loadRecording(fixture: FixtureName): Promise<LiveRecording> {
  const file = new URL(`chromium-${fixture}-opus.webm`, recordingsFolder);
  return parseLiveRecording(await readFile(file));
}
