import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import type { Format } from "@meeting-bot/core";
import { DEFAULT_CONVERSION_OPTIONS } from "./conversion-plan.ts";
import type { ConvertedOutput, ConvertedRecording } from "./converted-recording.ts";
import {
  type DerivedKind,
  derivedKinds,
  SOUNDS,
  type SoundKind,
  THUMBNAIL,
} from "./derive-plan.ts";
import { makeSound } from "./derive-sound.ts";
import { makeThumbnail } from "./derive-thumbnail.ts";
import type { FfmpegBinaries } from "./ffmpeg-binaries.ts";
import { type Inspection, inspectRecordings, type Refusal } from "./recording-pieces.ts";
import type { Verdict } from "./verify-output.ts";
import type { Workshop } from "./workshop.ts";

/** What is to be made, and of what. */
export interface DeriveRequest {
  /** The finished outputs, and what the recording has nothing for: the picture comes of the video. */
  readonly converted: Pick<ConvertedRecording, "outputs" | "absent">;
  /** The recording's files in order, of which the sound comes; asked for only when they are needed. */
  recordings(): Promise<readonly string[]>;
  /** What is asked for; what is not derived is passed over. */
  readonly formats: readonly Format[];
  /** The folder for the outputs; it must be there. */
  readonly workDir: string;
  readonly audioBitrateKbps: number;
  readonly binaries: FfmpegBinaries;
  /** Stops everything: the promise rejects with its reason once no process is left; files are. */
  readonly signal?: AbortSignal;
}

/** A verified file, as the conversion's are; a picture lasts 0 s. */
export type DerivedOutput = Omit<ConvertedOutput, "kind"> & { readonly kind: DerivedKind };

/** An output that the recording has the material for, and that could not be made. */
export interface DeriveFailure {
  readonly kind: DerivedKind;
  readonly code: "CONVERSION_FAILED";
  readonly message: string;
}

/** What became of each derived output that was asked for. */
export interface DerivedOutputs {
  readonly outputs: readonly DerivedOutput[];
  readonly failures: readonly DeriveFailure[];
  /** Those that the recording has nothing for: no picture, or no sound. */
  readonly absent: readonly DerivedKind[];
}

/** The manager's container has two processors, and most encoders of sound use one. */
const MAX_RUNS = 2;

/**
 * Makes sound in other formats and a still picture, each by its own runs of ffmpeg, and verifies each by
 * what it contains. One that will not do is removed; it does not take the others with it.
 */
export async function deriveOutputs(request: DeriveRequest): Promise<DerivedOutputs> {
  const { converted, formats, signal } = request;
  const asked = derivedKinds(formats);
  const isAbsent = (kind: DerivedKind) =>
    converted.absent.includes(kind === "thumbnail" ? "video" : "audio");
  const wanted = asked.filter((kind) => !isAbsent(kind));
  const hasSound = wanted.some((kind) => kind !== "thumbnail");
  const files = hasSound ? await request.recordings() : [];
  const inspect = onceFor(request, files);
  const queue = wanted.entries();
  const results: (DerivedOutput | DeriveFailure)[] = [];
  async function work(): Promise<void> {
    for (const [index, kind] of queue) {
      results[index] = await deriveOutput(request, kind, inspect);
    }
  }
  // Not `all`: whoever aborts finds no process left.
  const runs = await Promise.allSettled(Array.from({ length: MAX_RUNS }, work));
  signal?.throwIfAborted();
  for (const run of runs) if (run.status === "rejected") throw run.reason;
  const outputs = results.filter((result) => "path" in result);
  const failures = results.filter((result) => "code" in result);
  return { outputs, failures, absent: asked.filter(isAbsent) };
}

/** Looks into a recording. */
type Inspect = () => Promise<Inspection | Refusal>;

/** Whoever asks again gets the same: every byte is read for it. */
function onceFor({ binaries, signal }: DeriveRequest, files: readonly string[]): Inspect {
  let inspection: ReturnType<Inspect> | undefined;
  return () => {
    const paths = files.map((file) => resolve(file));
    inspection ??= inspectRecordings(paths, binaries.ffprobe, signal);
    return inspection;
  };
}

async function deriveOutput(
  request: DeriveRequest,
  kind: DerivedKind,
  inspect: Inspect,
): Promise<DerivedOutput | DeriveFailure> {
  const type = kind === "thumbnail" ? THUMBNAIL : SOUNDS[kind];
  const path = resolve(request.workDir, type.name);
  // What an earlier attempt left must not be taken for this one's.
  await rm(path, { force: true });
  const making = kind === "thumbnail" ? picture(request) : sound(request, kind, inspect);
  const verdict = await making.catch((error: Error): Verdict => {
    request.signal?.throwIfAborted();
    return { ok: false, message: error.message };
  });
  if (verdict.ok) {
    const { contentType, codec } = type;
    return { kind, path, contentType, codec, bytes: verdict.bytes, ...measure(kind, verdict) };
  }
  await rm(path, { force: true });
  return { kind, code: "CONVERSION_FAILED", message: `${kind}: ${verdict.message}` };
}

async function picture(request: DeriveRequest): Promise<Verdict> {
  const video = request.converted.outputs.find(({ kind }) => kind === "video");
  if (!video) return { ok: false, message: "there is no video to make it of" };
  return makeThumbnail(shopOf(request), video);
}

async function sound(request: DeriveRequest, kind: SoundKind, inspect: Inspect): Promise<Verdict> {
  const inspection = await inspect();
  if (!inspection.ok) return inspection;
  const { pieces } = inspection;
  return makeSound(shopOf(request), { pieces, type: SOUNDS[kind], kbps: request.audioBitrateKbps });
}

function shopOf({ workDir, binaries, signal }: DeriveRequest): Workshop {
  return { workDir: resolve(workDir), binaries, signal, options: DEFAULT_CONVERSION_OPTIONS };
}

function measure(kind: DerivedKind, { info }: Verdict & { ok: true }) {
  const { video, durationSeconds = 0 } = info;
  if (kind !== "thumbnail") return { durationSeconds };
  return { durationSeconds: 0, ...(video && { width: video.width, height: video.height }) };
}
