import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { assemblePieces, type MadePiece } from "./assemble-pieces.ts";
import { type ConversionOptions, DEFAULT_CONVERSION_OPTIONS } from "./conversion-plan.ts";
import { type ConvertedRecording, describeConversion } from "./converted-recording.ts";
import type { FfmpegBinaries } from "./ffmpeg-binaries.ts";
import { type MeasuredBytes, waitFor } from "./live-bytes.ts";
import type { LiveShop } from "./live-run.ts";
import { convertStream } from "./live-stream.ts";
import type { JointPlan } from "./piece-plan.ts";
import { OUTPUT_NAMES } from "./workshop.ts";

/** A recording to be converted while it grows. */
export interface LiveConversionRequest {
  readonly bytes: MeasuredBytes;
  /** A folder for the outputs, made when missing; other conversions may use it meanwhile. */
  readonly workDir: string;
  readonly options?: Partial<ConversionOptions>;
  readonly binaries: FfmpegBinaries;
  /** Stops everything: the outcome rejects with its reason once no process is left. */
  readonly signal?: AbortSignal;
}

/** What became of it. To be done again: nothing is left, and the finished recording is as it was. */
export type LiveOutcome =
  | ({ readonly kind: "converted" } & ConvertedRecording)
  | { readonly kind: "redo"; readonly why: string };

/** A conversion under way. */
export interface LiveConversion {
  /** Resolves soon after the recording has ended, or when the conversion falls over before. */
  outcome(): Promise<LiveOutcome>;
  /** Gives the conversion up, for a reason in words; resolves once no process and file is left. */
  stop(why: string): Promise<void>;
  /** How much of the recording is converted; less after a new start. */
  readonly secondsConverted: number;
}

/** The bot must not be starved by what it is recorded for. */
const NICENESS = 10;

/** A WebM header is much shorter: what has none by then is something else. */
const LONGEST_HEADER_BYTES = 4096;

/**
 * Converts a recording while it grows into what `convertRecording` would make of it afterwards,
 * one ffmpeg per stream, and verifies it. Whatever goes wrong, the recording can still be
 * converted afterwards.
 */
export function startLiveConversion(request: LiveConversionRequest): LiveConversion {
  const stopped = new AbortController();
  let secondsConverted = 0;
  const onProgress = (seconds: number) => {
    secondsConverted = seconds;
  };
  // Settled, so that nobody needs to wait for the outcome of what is aborted.
  const settled = Promise.allSettled([convert(request, stopped.signal, onProgress)]);
  return {
    async outcome() {
      const [result] = await settled;
      if (result.status === "rejected") throw result.reason;
      return result.value;
    },
    async stop(why) {
      stopped.abort(why);
      await settled;
    },
    get secondsConverted() {
      return secondsConverted;
    },
  };
}

async function convert(
  { bytes, workDir, binaries, ...request }: LiveConversionRequest,
  stopped: AbortSignal,
  onProgress: (seconds: number) => void,
): Promise<LiveOutcome> {
  const options = { ...DEFAULT_CONVERSION_OPTIONS, ...request.options };
  const signal = request.signal ? AbortSignal.any([request.signal, stopped]) : stopped;
  const ownDir = join(workDir, "live");
  const shop = { bytes, workDir: ownDir, options, binaries, niceness: NICENESS, signal };
  try {
    await rm(ownDir, { recursive: true, force: true });
    await mkdir(ownDir, { recursive: true });
    return await convertStreams(shop, workDir, onProgress);
  } catch (error) {
    request.signal?.throwIfAborted();
    return redo(stopped.aborted ? String(stopped.reason) : (error as Error).message);
  } finally {
    // What cannot be removed takes room, and nothing else.
    await rm(ownDir, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function convertStreams(
  shop: LiveShop,
  targetDir: string,
  onProgress: (seconds: number) => void,
): Promise<LiveOutcome> {
  const { bytes, signal } = shop;
  const first = await waitFor(bytes, () => findFirstStream(bytes), signal);
  if (first === undefined || first === "none") return redo("the recording is not WebM");
  const made: MadePiece[] = [];
  let plan: JointPlan | undefined;
  let doneSeconds = 0;
  for (let startByte: number | undefined = first; startByte !== undefined; ) {
    const result = await convertStream(shop, {
      startByte,
      index: made.length,
      plan,
      onProgress: (seconds) => onProgress(doneSeconds + seconds),
    });
    if (result.kind === "redo") return result;
    if (result.kind === "made") {
      made.push(result.piece);
      plan = result.plan;
      doneSeconds += result.piece.content.seconds;
    }
    startByte = result.nextStart;
  }
  if (!plan) return redo("the recording has no picture or sound");
  return finish(shop, targetDir, made, plan);
}

function findFirstStream(bytes: MeasuredBytes): number | "none" | undefined {
  const [first] = bytes.layout().streams;
  return first?.startByte ?? (bytes.length >= LONGEST_HEADER_BYTES ? "none" : undefined);
}

/** Joins and verifies; only what has passed gets its final name, and all of it or nothing. */
async function finish(
  shop: LiveShop,
  targetDir: string,
  made: readonly MadePiece[],
  plan: JointPlan,
): Promise<LiveOutcome> {
  const verdicts = await assemblePieces(shop, made, plan);
  for (const [kind, verdict] of verdicts) {
    if (!verdict.ok) return redo(`${kind}: ${verdict.message}`);
  }
  const names = plan.outputs.map((kind) => OUTPUT_NAMES[kind]);
  for (const name of names) await rename(join(shop.workDir, name), join(targetDir, name));
  const truncated = shop.bytes.layout().streams.some((stream) => stream.truncated);
  const material = { pieces: made.map(({ content }) => content), truncated };
  return { kind: "converted", ...describeConversion(targetDir, material, plan, verdicts) };
}

function redo(why: string): LiveOutcome {
  return { kind: "redo", why };
}
