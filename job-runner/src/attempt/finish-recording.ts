import { basename } from "node:path";
import {
  type BotInstance,
  type Failure,
  FORMATS,
  type Format,
  failure,
  type Output,
  type OutputFailure,
  type RecordingStore,
} from "@meeting-bot/core";
import { fileSource } from "@meeting-bot/storage";
import type { Config } from "../config.ts";
import type { Logs } from "../logs.ts";
import { convertRecording } from "../media/convert-recording.ts";
import type { ConvertedOutput, ConvertedRecording } from "../media/converted-recording.ts";
import { conversionOptionsOf } from "../media/derive-options.ts";
import { type DerivedOutput, deriveOutputs } from "../media/derive-outputs.ts";
import { describeRaw } from "../media/derive-raw.ts";
import type { Preparation } from "./preparation.ts";
import { type OutputFile, type StoredOutputs, storeOutputs } from "./store-outputs.ts";

/** What finishing needs. */
export interface FinishServices {
  config: Config;
  logs: Logs;
  recordings: RecordingStore;
}

/** A recording that is over. */
export interface FinishRequest extends Preparation {
  instance: BotInstance;
  /** What was made of it while it grew, if that is all that could be wished for. */
  converted: ConvertedRecording | undefined;
  /** Its files in order; asked for only when they are needed. */
  files(): Promise<string[]>;
  /** Its length as far as it is known. */
  recordedSeconds: number;
  onConverted(fraction: number): void;
  /** Called when everything is made and storing begins. */
  onUploading(): void;
  signal: AbortSignal;
}

/** What has been made of a recording and stored. */
export interface Finished {
  kind: "finished";
  outputs: Output[];
  outputFailures: OutputFailure[];
  recordedSeconds: number;
  /** Some of the recording's own bytes are missing or cannot be read. */
  truncated: boolean;
}

/**
 * Makes the outputs that are asked for and stores them; each stands for itself. Where nothing can be
 * made of a recording it is itself the output.
 */
export async function finishRecording(
  services: FinishServices,
  request: FinishRequest,
): Promise<Finished | { kind: "failed"; failure: Failure }> {
  const made = await makeOutputs(services, request);
  if ("code" in made) return { kind: "failed", failure: made };
  for (const lost of made.failures) services.logs.outputFailed(lost);
  request.onUploading();
  const stored = await store(services, request, made.files);
  // One output is better than none; without any, the recording is still there to be tried again.
  if (stored.failure && stored.outputs.length === 0) {
    return { kind: "failed", failure: stored.failure };
  }
  const outputFailures = [...made.failures, ...stored.failures];
  const { recordedSeconds, truncated } = made;
  return { kind: "finished", outputs: stored.outputs, outputFailures, recordedSeconds, truncated };
}

interface Made {
  files: OutputFile[];
  failures: OutputFailure[];
  recordedSeconds: number;
  truncated: boolean;
}

async function makeOutputs(
  services: FinishServices,
  request: FinishRequest,
): Promise<Made | Failure> {
  const { options, files: recordings, binaries, signal } = request;
  const formats = options.recordingFormats;
  const converted = request.converted ?? (await convert(services, request));
  if (!converted.ok) {
    if (converted.code === "NO_RECORDING") {
      return failure(converted.code, "recording", converted.message);
    }
    return keepRaw(request, converted.message);
  }
  request.onConverted(1);
  const derived = await deriveOutputs({
    converted,
    recordings,
    formats,
    workDir: services.config.workDir,
    audioBitrateKbps: options.audioBitrateKbps,
    binaries,
    signal,
  });
  const isAskedFor = ({ kind }: { kind: OutputFailure["kind"] }) =>
    formats.some((format) => FORMATS[format] === kind);
  const made = [...converted.outputs, ...derived.outputs].filter(isAskedFor).map(toFile);
  const failures = [...converted.failures, ...derived.failures].filter(isAskedFor);
  // What the bot has recorded, as it is, is better than nothing.
  const isLost = made.length === 0 && failures.length > 0;
  const wantsRaw = isLost || formats.includes("raw.webm");
  const files = [...made, ...(wantsRaw ? [await describeRecording(request)] : [])];
  const { recordedSeconds, truncated } = converted;
  return { files, failures, recordedSeconds, truncated };
}

function convert(
  { config }: FinishServices,
  { files, options, binaries, onConverted, signal }: FinishRequest,
) {
  return files().then((recordings) =>
    convertRecording({
      recordings,
      workDir: config.workDir,
      binaries,
      options: conversionOptionsOf(options),
      onProgress: onConverted,
      signal,
    }),
  );
}

async function keepRaw(request: FinishRequest, message: string): Promise<Made> {
  const lost = request.options.recordingFormats.filter((format) => format !== "raw.webm");
  const code = "CONVERSION_FAILED" as const;
  const failures = lost.map((format: Format) => ({ kind: FORMATS[format], code, message }));
  const raw = await describeRecording(request);
  return { files: [raw], failures, recordedSeconds: request.recordedSeconds, truncated: true };
}

async function describeRecording(request: FinishRequest): Promise<OutputFile> {
  const { files, recordedSeconds, binaries, signal } = request;
  return describeRaw({ recordings: await files(), recordedSeconds }, binaries.ffprobe, signal);
}

function toFile(output: ConvertedOutput | DerivedOutput): OutputFile {
  return { ...output, name: basename(output.path), source: fileSource(output.path) };
}

async function store(
  { recordings, logs }: FinishServices,
  { instance, path, signal }: FinishRequest,
  outputs: readonly OutputFile[],
): Promise<StoredOutputs> {
  const stored = await storeOutputs({ store: recordings, instance, path, outputs, signal });
  for (const { uri, bytes } of stored.outputs) logs.outputStored(uri, bytes);
  for (const lost of stored.failures) logs.outputFailed(lost);
  return stored;
}
