import type { MadePiece } from "./assemble-pieces.ts";
import type { PiecePlan } from "./conversion-plan.ts";
import { pieceNames } from "./convert-pieces.ts";
import {
  areTracksKnown,
  hasMoreTracks,
  type LiveStream,
  lookAtStream,
  waitFor,
} from "./live-bytes.ts";
import { FAST_PRESET, type LiveShop, runLive } from "./live-run.ts";
import { contentOf, type PieceContent } from "./piece-content.ts";
import { fitsPlan, type JointPlan, planJointly, planPiece } from "./piece-plan.ts";
import { probeMedia } from "./probe.ts";

/** A stream that is to become piece `index`, by the plan of those before it if there are any. */
export interface LiveTask {
  readonly startByte: number;
  readonly index: number;
  readonly plan?: JointPlan;
  /** Called with the seconds of the stream that are converted. */
  readonly onProgress: (seconds: number) => void;
}

/** What became of a stream: a piece, nothing for want of any block, or why it will not do. */
export type LivePiece =
  | { readonly kind: "made"; piece: MadePiece; plan: JointPlan; nextStart?: number }
  | { readonly kind: "empty"; nextStart?: number }
  | { readonly kind: "redo"; why: string };

/** What has been learnt from runs that had to be made again. */
interface Way {
  readonly isFast?: boolean;
  readonly isPadded?: boolean;
}

/** As much of a stream as ffprobe looks at. */
const PROBE_BYTES = 20_000_000;

/** The sound of a piece may end so much earlier than its picture when another piece follows. */
const MAX_GAP_SECONDS = 0.1;

/**
 * Converts one stream while it grows, and again from its beginning where that is needed. Resolves
 * once the stream is closed and its outputs are written.
 */
export async function convertStream(shop: LiveShop, task: LiveTask): Promise<LivePiece> {
  for (let way: Way = {}; ; ) {
    const result = await tryStream(shop, task, way);
    if (result.kind !== "again") return result;
    way = { ...way, ...result.way };
  }
}

async function tryStream(
  liveShop: LiveShop,
  task: LiveTask,
  way: Way,
): Promise<LivePiece | { readonly kind: "again"; way: Way }> {
  const options = { ...liveShop.options, ...(way.isFast && { preset: FAST_PRESET }) };
  const shop = { ...liveShop, options };
  const known = await awaitContent(shop, task.startByte);
  if (known.kind !== "known") return known;
  const { content } = known;
  const plan = task.plan ?? planJointly([content], options);
  if (plan.outputs.length === 0) return redo("a stream has nothing of what is wanted");
  if (!fitsPlan(content, plan, options)) return redo("its streams differ too much to be joined");
  const names = pieceNames(plan.outputs, task.index);
  const piecePlan: PiecePlan = { ...planPiece(content, plan, way.isPadded), outputs: names };
  const report = await runLive(shop, { ...task, content, plan: piecePlan });
  if ("restart" in report) return again({ isFast: way.isFast || report.restart === "lagging" });
  if (report.problem !== undefined) return redo(report.problem);

  const { layout, nextStart } = await awaitEnd(shop, task.startByte);
  if (hasMoreTracks(layout, content)) return again({});
  const whole = contentOf(layout, content);
  const isFollowed = nextStart !== undefined;
  if (isFollowed && !way.isPadded && isSoundShort(whole)) return again({ isPadded: true });
  return {
    kind: "made",
    piece: { content: whole, names, parameters: report.parameters },
    plan,
    nextStart,
  };
}

/** Waits until it is known what a stream holds: all its tracks, understood by ffprobe. */
async function awaitContent(
  { bytes, binaries, signal }: LiveShop,
  startByte: number,
): Promise<{ kind: "known"; content: PieceContent } | Exclude<LivePiece, { kind: "made" }>> {
  let seenBytes = -1;
  for (;;) {
    const stream = await waitFor(bytes, () => findReady(bytes, startByte, seenBytes), signal);
    if (stream?.layout.lastMs === undefined) return { kind: "empty", nextStart: stream?.nextStart };
    const { layout, isClosed } = stream;
    const probed = bytes.open(startByte, Math.min(layout.endByte, startByte + PROBE_BYTES));
    const content = contentOf(layout, await probeMedia(binaries.ffprobe, probed, signal));
    if (!hasMoreTracks(layout, content)) return { kind: "known", content };
    if (isClosed) return redo("a stream cannot be read");
    seenBytes = layout.endByte;
  }
}

function findReady(bytes: LiveShop["bytes"], startByte: number, seenBytes: number) {
  const stream = lookAtStream(bytes, startByte);
  if (!stream || stream.isClosed) return stream;
  return areTracksKnown(stream.layout) && stream.layout.endByte > seenBytes ? stream : undefined;
}

/** ffmpeg has seen the end of the stream; whoever measures the recording may come to it later. */
async function awaitEnd({ bytes, signal }: LiveShop, startByte: number): Promise<LiveStream> {
  const closed = await waitFor(
    bytes,
    () => {
      const stream = lookAtStream(bytes, startByte);
      return stream?.isClosed ? stream : undefined;
    },
    signal,
  );
  if (!closed) throw new Error(`the stream at byte ${startByte} has gone`);
  return closed;
}

function isSoundShort({ seconds, ends }: PieceContent): boolean {
  return ends.audioSeconds !== undefined && seconds - ends.audioSeconds > MAX_GAP_SECONDS;
}

function again(way: Way) {
  return { kind: "again", way } as const;
}

function redo(why: string) {
  return { kind: "redo", why } as const;
}
