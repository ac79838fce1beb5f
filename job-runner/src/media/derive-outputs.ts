import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import type { Format } from "@meeting-bot/core";
import type { ConvertedOutput, ConvertedRecording } from "./converted-recording.ts";
import { DERIVATIONS, type Derivation, type DerivedKind, derivedKinds } from "./derive-plan.ts";
import { verifyDerived } from "./derive-verify.ts";
import { runFfmpeg } from "./ffmpeg.ts";
import type { FfmpegBinaries } from "./ffmpeg-binaries.ts";
import type { Verdict } from "./verify-output.ts";

/** What is to be made, and of what. */
export interface DeriveRequest {
  /** The finished outputs, and what the recording has nothing for. */
  readonly converted: Pick<ConvertedRecording, "outputs" | "absent">;
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
 * Makes sound in other formats and a still picture of the finished outputs, each by its own run
 * of ffmpeg, and verifies each by what it contains. One that will not do is removed; it does not
 * take the others with it.
 */
export async function deriveOutputs(request: DeriveRequest): Promise<DerivedOutputs> {
  const { converted, formats, signal } = request;
  const asked = derivedKinds(formats);
  const absent = asked.filter((kind) => converted.absent.includes(DERIVATIONS[kind].of));
  const queue = asked.filter((kind) => !absent.includes(kind)).entries();
  const results: (DerivedOutput | DeriveFailure)[] = [];
  async function work(): Promise<void> {
    for (const [index, kind] of queue) results[index] = await deriveOutput(request, kind);
  }
  // Not `all`: whoever aborts finds no process left.
  const runs = await Promise.allSettled(Array.from({ length: MAX_RUNS }, work));
  signal?.throwIfAborted();
  for (const run of runs) if (run.status === "rejected") throw run.reason;
  const outputs = results.filter((result) => "path" in result);
  const failures = results.filter((result) => "code" in result);
  return { outputs, failures, absent };
}

async function deriveOutput(
  request: DeriveRequest,
  kind: DerivedKind,
): Promise<DerivedOutput | DeriveFailure> {
  const path = resolve(request.workDir, DERIVATIONS[kind].name);
  // What an earlier attempt left must not be taken for this one's.
  await rm(path, { force: true });
  const result = await make(request, kind, path).catch((error: Error) => {
    request.signal?.throwIfAborted();
    return error.message;
  });
  if (typeof result !== "string") return result;
  await rm(path, { force: true });
  return { kind, code: "CONVERSION_FAILED", message: `${kind}: ${result}` };
}

/** Makes and checks one output; says what went wrong, if anything. */
async function make(
  { converted, workDir, audioBitrateKbps, binaries, signal }: DeriveRequest,
  kind: DerivedKind,
  path: string,
): Promise<DerivedOutput | string> {
  const derivation = DERIVATIONS[kind];
  const source = findSource(converted.outputs, derivation.of);
  if (!source) return `there is no ${derivation.of} to make it of`;
  const outcome = await runFfmpeg({
    ffmpeg: binaries.ffmpeg,
    input: resolve(source.path),
    inputOptions: derivation.inputOptions(source.durationSeconds),
    outputArguments: [...derivation.outputArguments(audioBitrateKbps), derivation.name],
    workDir,
    signal,
  });
  const expected = { path, derivation, source: source.path };
  const verdict = await verifyDerived({ binaries, workDir, signal }, expected);
  if (verdict.ok) return { kind, path, ...describe(derivation, verdict) };
  return outcome.ok ? verdict.message : `${verdict.message} (${outcome.message})`;
}

/** The video has the same sound, should the sound alone have failed. */
function findSource(
  outputs: readonly ConvertedOutput[],
  of: Derivation["of"],
): ConvertedOutput | undefined {
  const [same] = outputs.filter(({ kind }) => kind === of);
  return same ?? (of === "audio" ? outputs.find(({ kind }) => kind === "video") : undefined);
}

function describe({ of, contentType, codec }: Derivation, { bytes, info }: Verdict & { ok: true }) {
  const { video, durationSeconds = 0 } = info;
  if (of === "audio") return { contentType, codec, bytes, durationSeconds };
  const size = video && { width: video.width, height: video.height };
  return { contentType, codec, bytes, durationSeconds: 0, ...size };
}
