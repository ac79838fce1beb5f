import type { Readable } from "node:stream";
import { StorageError, type StoredObject } from "@meeting-bot/core";
import { Digest } from "./crc32c.ts";
import { holds } from "./ownership.ts";
import { Retry, type RetryPolicy } from "./retry.ts";
import { StallWatch } from "./stall-watch.ts";

/** How an object is read: which bytes (`end` excluded), by what, within which bounds. */
export interface ReadJob {
  object: StoredObject;
  start: number;
  end: number;
  /** Opens the object's bytes, always of the same generation; `signal` says that nobody waits any more. */
  open(start: number, end: number, signal: AbortSignal): Readable | Promise<Readable>;
  explain(error: unknown): StorageError;
  retry: RetryPolicy;
  stallTimeoutMs: number;
}

/** Reads a piece of an object, going on after a broken connection; a whole object's CRC32C, where it is known, is checked. */
export async function* readResuming(job: ReadJob): AsyncGenerator<Uint8Array> {
  const digest = new Digest();
  const retry = new Retry(job.retry);
  while (job.start + digest.bytes < job.end) {
    try {
      for await (const chunk of readOnce(job, job.start + digest.bytes)) {
        digest.update(chunk);
        retry.progressed();
        yield chunk;
      }
      if (job.start + digest.bytes < job.end) throw new Error("the answer ended too early");
    } catch (error) {
      await retry.failed(job.explain(error));
    }
  }
  const checkable = digest.bytes === job.object.bytes && job.object.crc32c !== "";
  if (checkable && !holds(job.object, digest)) {
    throw new StorageError(
      "corrupt",
      `${job.object.uri} was read with a CRC32C that it does not have.`,
    );
  }
}

async function* readOnce(job: ReadJob, start: number): AsyncGenerator<Uint8Array> {
  const watch = new StallWatch(job.stallTimeoutMs);
  let stream: Readable | undefined;
  watch.signal.addEventListener("abort", () => stream?.destroy(watch.signal.reason));
  try {
    stream = await job.open(start, job.end, watch.signal);
    for await (const chunk of stream) {
      yield chunk;
      watch.refresh();
    }
  } catch (error) {
    watch.signal.throwIfAborted();
    throw error;
  } finally {
    watch.stop();
    stream?.destroy();
  }
}
