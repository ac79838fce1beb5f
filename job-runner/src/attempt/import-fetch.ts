import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import {
  type Failure,
  failure,
  locateImportSource,
  type RecordingStore,
  StorageError,
} from "@meeting-bot/core";
import type { Config } from "../config.ts";
import type { Logs } from "../logs.ts";
import { importProblem } from "../scratch/disk-budget.ts";

/** What fetching needs. */
export interface FetchServices {
  config: Pick<Config, "importBuckets">;
  logs: Pick<Logs, "fetchBegun">;
  /** Opens the store at a bucket such as `s3://bucket`; makes no request. */
  openStore(bucket: string): Promise<RecordingStore>;
  /** The bytes that may still be written to the scratch folder. */
  freeBytes(): Promise<number>;
}

/**
 * Fetches an object of a configured bucket into a file, which is replaced. The store goes on after a
 * broken connection, and checks size and CRC32C. Returns what went wrong; rejects on abort only.
 */
export async function fetchSource(
  services: FetchServices,
  uri: string,
  file: string,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  const place = locateImportSource(uri, services.config.importBuckets);
  // The document may have been written by anybody who may write there.
  if (!place) return noRecording(`${uri} is in none of the buckets of IMPORT_BUCKETS.`, false);
  try {
    const store = await services.openStore(place.bucket);
    const refused = await refuse(services, store, { ...place, uri }, file);
    if (refused) return refused;
    await pipeline(store.get(place.key), createWriteStream(file), { signal });
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    const retryable = !(error instanceof StorageError) || error.retryable;
    return noRecording(`The recording could not be fetched: ${reason}`, retryable);
  }
}

/** Says why an object is not fetched: there is none, or no room for it. */
async function refuse(
  { freeBytes, logs }: FetchServices,
  store: RecordingStore,
  { key, uri }: { key: string; uri: string },
  file: string,
): Promise<Failure | undefined> {
  const object = await store.stat(key);
  if (!object) return noRecording(`The recording is gone: there is no object ${uri}.`, false);
  // What a manager before this one has fetched takes no room any more.
  await rm(file, { force: true });
  const problem = importProblem(object.bytes, await freeBytes());
  if (problem) {
    return noRecording(`${problem} Give the job a larger disk: SCRATCH_STORAGE_SIZE.`, false);
  }
  logs.fetchBegun(uri, object.bytes);
  return undefined;
}

function noRecording(message: string, retryable: boolean): Failure {
  return { ...failure("NO_RECORDING", "recording", message), retryable };
}
