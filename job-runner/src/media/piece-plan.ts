import {
  type AudioPlan,
  type ConversionOptions,
  encodedSize,
  type FrameSize,
  isCopyable,
  type OutputKind,
  type VideoPlan,
} from "./conversion-plan.ts";
import { type PieceContent, totalSeconds } from "./piece-content.ts";
import type { ExpectedEnds } from "./verify-output.ts";

/** What all pieces become together. */
export interface JointPlan {
  readonly outputs: readonly OutputKind[];
  /** Outputs that the pieces have nothing for: no picture, or no sound. */
  readonly absent: readonly OutputKind[];
  readonly mode: "copy" | "encode";
  /** The size of every piece's picture: the first one's; none where no video is wanted. */
  readonly size?: FrameSize;
  readonly hasAudio: boolean;
}

/**
 * Plans the conversion of all pieces: which outputs there can be, and whether the pictures may be
 * copied, which is for all pieces or none, because a file whose parameters change is not playable
 * everywhere.
 */
export function planJointly(
  pieces: readonly PieceContent[],
  options: ConversionOptions,
): JointPlan {
  const pictures = pieces.flatMap(({ video }) => video ?? []);
  const hasAudio = pieces.some(({ audio }) => audio);
  const absent: OutputKind[] = [];
  if (pictures.length === 0) absent.push("video");
  if (!hasAudio) absent.push("audio");
  const outputs = options.outputs.filter((kind) => !absent.includes(kind));
  const [first] = outputs.includes("video") ? pictures : [];
  const isSafe = pieces.every(({ video }) => {
    return video && isCopyable(video, options) && isSameSize(video, first);
  });
  return {
    outputs,
    absent,
    mode: first && isSafe ? "copy" : "encode",
    size: first && encodedSize(first, options),
    hasAudio,
  };
}

/**
 * Plans one piece. What it lacks and others have is filled in (black, silence). The sound of one
 * that is followed by another is made as long as its picture, so that the next piece begins at the
 * same time in every output.
 */
export function planPiece(
  { video, audio, seconds }: PieceContent,
  { mode, size, hasAudio }: JointPlan,
  isFollowed = false,
): { video?: VideoPlan; audio?: AudioPlan } {
  return {
    video: size && (video ? { mode, size } : { mode: "black", size, seconds }),
    audio: hasAudio ? planAudio(audio !== undefined, seconds, isFollowed) : undefined,
  };
}

function planAudio(isPresent: boolean, seconds: number, isPadded: boolean): AudioPlan {
  if (!isPresent) return { mode: "silence", seconds };
  return { mode: "encode", minimumSeconds: isPadded ? seconds : undefined };
}

/** Where the tracks end once all pieces stand behind each other. */
export function joinedEnds(pieces: readonly PieceContent[]): ExpectedEnds {
  const last = pieces.at(-1);
  const before = totalSeconds(pieces.slice(0, -1));
  if (pieces.length === 1 || !last) return last?.ends ?? {};
  return {
    videoSeconds: before + (last.ends.videoSeconds ?? last.seconds),
    audioSeconds: before + (last.ends.audioSeconds ?? last.seconds),
  };
}

/** Whether a further piece can be made by a plan that was made without it. */
export function fitsPlan(
  content: PieceContent,
  { mode, size, hasAudio }: JointPlan,
  options: ConversionOptions,
): boolean {
  const own = planJointly([content], options);
  const hasSameTracks = Boolean(own.size) === Boolean(size) && own.hasAudio === hasAudio;
  return (
    hasSameTracks && (mode === "encode" || (own.mode === "copy" && isSameSize(own.size, size)))
  );
}

function isSameSize(a: FrameSize | undefined, b: FrameSize | undefined): boolean {
  return a?.width === b?.width && a?.height === b?.height;
}
