import {
  type BotInstance,
  type Failure,
  failure,
  type Output,
  type OutputFailure,
  type OutputKind,
  outputName,
  type RecordingSource,
  type RecordingStore,
  StorageError,
} from "@meeting-bot/core";

/** A file to be stored. */
export interface OutputFile {
  kind: OutputKind;
  /** Such as `video.mp4`. */
  name: string;
  source: RecordingSource;
  contentType: string;
  durationSeconds: number;
  codec: string;
  width?: number | undefined;
  height?: number | undefined;
}

/** What storing the outputs of an instance needs. */
export interface StoreOutputsRequest {
  store: RecordingStore;
  instance: BotInstance;
  /** The checked path that the outputs go to. */
  path: string;
  outputs: readonly OutputFile[];
  signal: AbortSignal;
}

/** What was stored, and why the rest was not. */
export interface StoredOutputs {
  outputs: Output[];
  failures: OutputFailure[];
  /** The first of the failures as one of the whole attempt. */
  failure?: Failure;
}

/** Stores every output; one that cannot be stored does not keep the others from it. */
export async function storeOutputs(request: StoreOutputsRequest): Promise<StoredOutputs> {
  const results = await Promise.all(request.outputs.map((output) => storeOutput(request, output)));
  const outputs = results.filter((result) => "uri" in result);
  const failures = results.filter((result) => "failure" in result);
  return {
    outputs,
    failures: failures.map(({ kind, failure: { code, message } }) => ({ kind, code, message })),
    ...(failures[0] && { failure: failures[0].failure }),
  };
}

/**
 * S3 takes 2 KB of metadata altogether, by its User Guide ("Working with object metadata"); each of
 * these is in them percent-encoded.
 */
const MAX_ENCODED = 700;

/** The meeting and the organisation of a recording, as metadata of an object; what is too long is left out. */
function whoseIs({ meetingPath, creatorOrganizationId }: BotInstance): Record<string, string> {
  const known = { meeting: meetingPath, organization: creatorOrganizationId };
  const fitting = Object.entries(known).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && encodeURIComponent(entry[1]).length <= MAX_ENCODED,
  );
  return Object.fromEntries(fitting);
}

async function storeOutput(
  { store, instance, path, signal }: StoreOutputsRequest,
  output: OutputFile,
): Promise<Output | { kind: OutputKind; failure: Failure }> {
  const { kind, name, source, contentType, durationSeconds, codec, width, height } = output;
  try {
    const { uri, bytes, crc32c } = await store.put(outputName(path, name), source, {
      owner: { instance: instance.id, attempt: instance.attempt },
      contentType,
      metadata: { "duration-seconds": durationSeconds.toFixed(3), ...whoseIs(instance) },
      signal,
    });
    const size = { ...(width !== undefined && { width }), ...(height !== undefined && { height }) };
    return { kind, uri, contentType, bytes, crc32c, durationSeconds, codec, ...size };
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    const message = `${name} could not be stored: ${error.message}`;
    const why = { ...failure("UPLOAD_FAILED", "uploading", message), retryable: error.retryable };
    return { kind, failure: why };
  }
}
