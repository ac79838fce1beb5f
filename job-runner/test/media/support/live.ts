import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { FfmpegBinaries } from "../../../src/media/ffmpeg-binaries.ts";
import {
  type LiveConversion,
  type LiveConversionRequest,
  startLiveConversion,
} from "../../../src/media/live-conversion.ts";
import { useConversion } from "./conversion.ts";
import { GrowingFile } from "./growing-file.ts";

/** Some bytes of a file. */
interface Excerpt {
  readonly path: string;
  readonly start?: number;
  readonly end?: number;
}

/** Two seconds of Chromium's recordings are about as much. */
const CHUNK_BYTES = 100_000;
/** A tenth of a second of them. */
const DROP_BYTES = 5_000;

/** Gives every test of a suite a recording that grows and its live conversion into `live-out`. */
export function useLive(binaries: FfmpegBinaries) {
  const conversion = useConversion(binaries);
  const { scratch } = conversion;

  async function start(more: Partial<LiveConversionRequest> = {}) {
    const file = await GrowingFile.create(scratch.path("growing.webm"));
    const live = startLiveConversion({
      bytes: file,
      workDir: scratch.path("live-out"),
      binaries,
      options: { preset: "ultrafast" },
      ...more,
    });
    return { file, live };
  }

  /** Appends an excerpt, chunk by chunk. */
  async function grow(file: GrowingFile, excerpt: Excerpt): Promise<void> {
    for await (const chunk of read(excerpt, CHUNK_BYTES)) await file.append(chunk);
  }

  /**
   * Appends an excerpt, drop by drop until so much is converted, then the rest. ffmpeg tells how
   * far it has come only while it is fed. Throws when the whole excerpt is not enough.
   */
  async function growWhile(
    { file, live }: { file: GrowingFile; live: LiveConversion },
    seconds: number,
    excerpt: Excerpt,
  ): Promise<void> {
    for await (const chunk of read(excerpt, DROP_BYTES)) {
      await file.append(chunk);
      if (live.secondsConverted < seconds) await sleep(100);
    }
    if (live.secondsConverted < seconds) throw new Error("the conversion does not keep pace");
  }

  return { ...conversion, start, grow, growWhile };
}

async function* read({ path, start = 0, end = Infinity }: Excerpt, bytes: number) {
  const source = await open(path);
  yield* source.createReadStream({ start, end: end - 1, highWaterMark: bytes });
}
