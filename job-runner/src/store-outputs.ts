import { basename } from "node:path";
import {
  type BotInstance,
  type Failure,
  failure,
  type Output,
  outputName,
  type RecordingStore,
  StorageError,
} from "@meeting-bot/core";
import type { ConvertedOutput } from "./media/convert-recording.ts";
import { fileSource } from "./storage/recording-source.ts";

/** What storing the outputs of an instance needs. */
export interface StoreOutputsRequest {
  store: RecordingStore;
  instance: BotInstance;
  /** The checked path that the outputs go to. */
  path: string;
  outputs: readonly ConvertedOutput[];
  signal: AbortSignal;
}

/** What was stored, and why the rest was not. */
export interface StoredOutputs {
  outputs: Output[];
  failures: Failure[];
}

/** Stores every output; one that cannot be stored does not keep the others from it. */
export async function storeOutputs(request: StoreOutputsRequest): Promise<StoredOutputs> {
  const results = await Promise.all(request.outputs.map((output) => storeOutput(request, output)));
  return {
    outputs: results.flatMap((result) => ("uri" in result ? [result] : [])),
    failures: results.flatMap((result) => ("uri" in result ? [] : [result])),
  };
}

async function storeOutput(
  { store, instance, path, signal }: StoreOutputsRequest,
  output: ConvertedOutput,
): Promise<Output | Failure> {
  const { path: file, kind, contentType, durationSeconds, codec, width, height } = output;
  try {
    const { uri, bytes, crc32c } = await store.put(
      outputName(path, basename(file)),
      fileSource(file),
      {
        owner: { instance: instance.id, attempt: instance.attempt },
        contentType,
        metadata: {
          "duration-seconds": durationSeconds.toFixed(3),
          meeting: instance.meetings[0] ?? "",
        },
        signal,
      },
    );
    const size = { ...(width !== undefined && { width }), ...(height !== undefined && { height }) };
    return { kind, uri, contentType, bytes, crc32c, durationSeconds, codec, ...size };
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    const message = `${basename(file)} could not be stored: ${error.message}`;
    return { ...failure("UPLOAD_FAILED", "uploading", message), retryable: error.retryable };
  }
}
