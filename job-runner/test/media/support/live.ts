import { EventEmitter, once } from "node:events";
import { open } from "node:fs/promises";
import type { FfmpegBinaries } from "../../../src/media/ffmpeg-binaries.ts";
import {
  type LiveConversionRequest,
  startLiveConversion,
} from "../../../src/media/live-conversion.ts";
import { useConversion } from "./conversion.ts";
import { GrowingFile } from "./growing-file.ts";

/** Two seconds of Chromium's recordings are about as much. */
const CHUNK_BYTES = 100_000;

/** Gives every test of a suite a recording that grows and its live conversion into `live-out`. */
export function useLive(binaries: FfmpegBinaries) {
  const conversion = useConversion(binaries);
  const { scratch } = conversion;

  async function start(more: Partial<LiveConversionRequest> = {}) {
    const file = await GrowingFile.create(scratch.path("growing.webm"));
    const progress = new EventEmitter();
    const live = startLiveConversion({
      bytes: file,
      workDir: scratch.path("live-out"),
      binaries,
      options: { preset: "ultrafast" },
      onProgress: (seconds) => progress.emit("progress", seconds),
      ...more,
    });
    /** Resolves when so much is converted; only for what is about to be. */
    async function converted(seconds: number): Promise<void> {
      while (live.secondsConverted < seconds) await once(progress, "progress");
    }
    return { file, live, converted };
  }

  /** Appends a file, or its bytes from `start` to `end`, chunk by chunk. */
  async function grow(file: GrowingFile, path: string, start = 0, end = Infinity): Promise<void> {
    const source = await open(path);
    const range = { start, end: end - 1, highWaterMark: CHUNK_BYTES };
    for await (const chunk of source.createReadStream(range)) await file.append(chunk);
  }

  return { ...conversion, start, grow };
}
