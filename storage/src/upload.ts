import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  type ObjectOwner,
  type RecordingSource,
  SourceError,
  StorageError,
  type StoredObject,
} from "@meeting-bot/core";
import { Digest } from "./crc32c.ts";
import { judgeConflict } from "./ownership.ts";
import { readThrough } from "./recording-source.ts";
import { Retry, type RetryPolicy } from "./retry.ts";
import { StallWatch } from "./stall-watch.ts";
import { verifyArrival } from "./verify-arrival.ts";

/** The resumable session's URI of a Cloud Storage upload. */
export type Session = string;

/** One name at one generation in a store, as an upload needs it. */
export interface UploadTarget {
  /**
   * Opens a writer that begins a session, or goes on in one where the server is, discarding what it
   * has already. Emits `uri` (the session's), `progress`, and `response` with a status for each answer.
   */
  openWriter(session: Session | undefined): Writable;
  /** What the server said about the object that was just written. */
  written(): StoredObject;
  /** Asks once for the object as it is now, if there is one. */
  describe(): Promise<StoredObject | undefined>;
  remove(generation: string): Promise<void>;
  explain(error: unknown): StorageError;
}

/** The bytes, whose they are, and the bounds. */
export interface UploadJob {
  source: RecordingSource;
  owner: ObjectOwner;
  retry: RetryPolicy;
  stallTimeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** Stores a job's bytes, trying as long as it can help; undefined when the generation did not match. */
export async function upload(
  target: UploadTarget,
  job: UploadJob,
): Promise<StoredObject | undefined> {
  const retry = new Retry(job.retry, job.signal);
  let session: Session | undefined;
  for (;;) {
    const attempt = new UploadAttempt(target, job, session);
    try {
      return await attempt.run(() => retry.progressed());
    } catch (error) {
      job.signal?.throwIfAborted();
      if (error instanceof SourceError) throw error;
      const failure = target.explain(error);
      if (failure.code === "precondition") return undefined;
      const stored = failure.retryable ? await attempt.findStored() : undefined;
      if (stored) return stored;
      await retry.failed(attempt.resumed ? asUnavailable(failure) : failure);
      session = failure.code === "unavailable" ? attempt.session : undefined;
    }
  }
}

class UploadAttempt {
  readonly #target: UploadTarget;
  readonly #job: UploadJob;
  readonly #digest = new Digest();
  /** Whether it goes on in a session of an earlier one. */
  readonly resumed: boolean;
  session: Session | undefined;

  constructor(target: UploadTarget, job: UploadJob, session: Session | undefined) {
    this.#target = target;
    this.#job = job;
    this.session = session;
    this.resumed = session !== undefined;
  }

  /** Sends what the server has not, then compares what it says it has with what was read. */
  async run(onProgress: () => void): Promise<StoredObject> {
    const watch = new StallWatch(this.#job.stallTimeoutMs);
    const signals = [watch.signal, this.#job.signal].filter((signal) => signal !== undefined);
    const writer = this.#target.openWriter(this.session);
    writer.on("uri", (uri: Session) => {
      this.session = uri;
    });
    writer.on("progress", watch.refresh);
    writer.on("response", ({ status }: { status?: number }) => {
      if (status === 308) onProgress();
    });
    try {
      const bytes = readThrough(this.#job.source, this.#digest, watch.refresh);
      await pipeline(bytes, writer, { signal: AbortSignal.any(signals) });
    } catch (error) {
      if (!watch.signal.aborted) throw error;
      // A session that does not move may be over: Cloud Storage answers no more chunks in one that
      // has been committed.
      this.session = undefined;
      throw watch.signal.reason;
    } finally {
      watch.stop();
    }
    return verifyArrival(this.#target.written(), this.#digest, (generation) =>
      this.#target.remove(generation),
    );
  }

  /** The object, if it is seen to be there although the answer was lost. */
  async findStored(): Promise<StoredObject | undefined> {
    if (!this.#digest.whole) return undefined;
    const existing = await this.#target.describe().catch(() => {
      // It may be there: a committed session takes no more, a new one tells by its precondition.
      this.session = undefined;
    });
    const conflict = judgeConflict(existing ?? undefined, this.#job.owner, this.#digest);
    return conflict.kind === "same" ? conflict.object : undefined;
  }
}

/** What a session refuses may be accepted in a new one: it may have expired, or be committed. */
function asUnavailable(failure: StorageError): StorageError {
  return new StorageError("unavailable", failure.message, { cause: failure });
}
