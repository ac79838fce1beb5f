import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type ExecutionRecord, listProcesses } from "@meeting-bot/sandbox";
import { holdMeeting, scratchOf, untilLogged, untilStored } from "./meeting.ts";
import { MEBIBYTE } from "./units.ts";
import type { MediaWorld } from "./world.ts";

/** What a long recording takes. */
export interface MemoryFigures {
  recordedMebibytes: number;
  /** Of the manager's process, and of its parent. */
  peakRssMebibytes: number;
  parentRssMebibytes: number;
  /** How much more they held at most in the second half of the recording than in the first. */
  growthMebibytes: number;
  /** The most on the shared volume, and how much that is above the recording and the outputs. */
  scratchMebibytes: number;
  excessMebibytes: number;
}

/** The bot hands over two seconds at a time. */
const CHUNK_SECONDS = 2;
const SAMPLE_MS = 250;

interface Memory {
  /** Of the manager's process, in MiB: what it holds and what it has held at most. */
  rss: number;
  peak: number;
  parentPeak: number;
}

interface Sample extends Memory {
  scratch: number;
}

/** Records a meeting that is large and quickly told, since most of it is nothing. */
export async function measureMemory(
  world: MediaWorld,
  task: { mebibytes: number; seconds: number; speed: number },
): Promise<MemoryFigures> {
  const { mebibytes, seconds, speed } = task;
  const pad = (mebibytes * CHUNK_SECONDS) / seconds;
  const { instance, execution } = await holdMeeting(world, {
    sandbox: "h264",
    seconds,
    speed,
    pad,
  });
  const samples: Sample[] = [];
  const over = new AbortController();
  const sampling = keepSampling(world, execution, samples, over.signal);
  try {
    const recorded = await untilLogged(world, execution, "recording ended");
    const whileRecording = [...samples];
    const { video, audio } = await untilStored(world, instance);
    const recordedMebibytes = Number(recorded["bytes"]) / MEBIBYTE;
    const outputs = (video.object.size + audio.object.size) / MEBIBYTE;
    const scratchMebibytes = most(samples, ({ scratch }) => scratch) / MEBIBYTE;
    return {
      recordedMebibytes,
      peakRssMebibytes: most(samples, ({ peak }) => peak),
      parentRssMebibytes: most(samples, ({ parentPeak }) => parentPeak),
      growthMebibytes: growth(whileRecording),
      scratchMebibytes,
      excessMebibytes: Math.max(0, scratchMebibytes - recordedMebibytes - outputs),
    };
  } finally {
    over.abort();
    await sampling;
  }
}

function growth(samples: readonly Sample[]): number {
  const half = Math.floor(samples.length / 2);
  const rss = ({ rss }: Sample) => rss;
  return most(samples.slice(half), rss) - most(samples.slice(0, half), rss);
}

function most(samples: readonly Sample[], of: (sample: Sample) => number): number {
  return samples.reduce((largest, sample) => Math.max(largest, of(sample)), 0);
}

async function keepSampling(
  world: MediaWorld,
  execution: ExecutionRecord,
  samples: Sample[],
  over: AbortSignal,
): Promise<void> {
  const scratch = scratchOf(world, execution);
  while (!over.aborted) {
    const memory = await memoryOf(execution.pids["manager"]);
    samples.push({ ...memory, scratch: await sizeOf(scratch) });
    await pause(SAMPLE_MS);
  }
}

/** What the manager's processes hold; without a parent the container's first one is the manager. */
async function memoryOf(root: number | undefined): Promise<Memory> {
  if (root === undefined) return { rss: 0, peak: 0, parentPeak: 0 };
  const processes = await listProcesses();
  const children = processes.filter(({ parent }) => parent === root).map(({ pid }) => pid);
  const [parent = "", ...below] = await Promise.all(
    [root, ...children].map((pid) => readFile(`/proc/${pid}/status`, "utf8").catch(() => "")),
  );
  const manager = below.find((status) => /^Name:\s*(node|MainThread)/.test(status));
  return {
    rss: mebibytes(manager ?? parent, "VmRSS"),
    peak: mebibytes(manager ?? parent, "VmHWM"),
    parentPeak: manager ? mebibytes(parent, "VmHWM") : 0,
  };
}

function mebibytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s*(\\d+) kB`, "m").exec(status)?.[1] ?? 0) / 1024;
}

/** The sizes of all files below a folder; one that goes away meanwhile counts nothing. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      stat(join(parentPath, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((total, size) => total + size, 0);
}
