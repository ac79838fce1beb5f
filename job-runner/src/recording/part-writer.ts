import { EventEmitter, once } from "node:events";
import {
  type Instant,
  partName,
  type RecordingSource,
  type RecordingStore,
  StorageError,
} from "@meeting-bot/core";
import type { Clock } from "../bot/clock.ts";
import { type RetryPolicy, retryDelayMs } from "../storage/retry.ts";
import type { GrowingBytes } from "./growing-recording.ts";
import { LostBytesError } from "./lost-bytes-error.ts";
import { nextCut, PART_LIMITS, type PartLimits } from "./next-cut.ts";
import { type Part, type PartOwner, toMetadata, withoutLost } from "./part.ts";

/** Between two tries while somebody waits: there are only seconds before a container is killed. */
const FLUSH_DELAY_MS = 500;

/** What this writer has stored so far. */
export interface PartsStored {
  bytesStored: number;
  parts: number;
}

/** Where a writer goes on: after so many parts, at this byte. */
export interface PartsBegun {
  parts: number;
  byte: number;
}

/** What writing parts needs. */
export interface PartWriterOptions {
  bytes: GrowingBytes;
  store: Pick<RecordingStore, "put">;
  /** The recording's path in the store. */
  path: string;
  claimToken: string;
  owner: PartOwner;
  clock: Clock;
  signal: AbortSignal;
  onStored?: (stored: PartsStored) => void;
  limits?: PartLimits;
  /** What was stored in the same claim's name before; default nothing. */
  begun?: PartsBegun;
  /** Pauses while storage is unavailable. */
  backOff?: Pick<RetryPolicy, "firstDelayMs" | "maxDelayMs">;
}

/**
 * Stores a recording in parts while it grows, in order and one at a time. While storage is away it
 * tries for ever: what waits is a list of places in the recording, whose bytes stay on disk.
 */
export class PartWriter {
  /** What made it stop: storage will not take parts, or the recording cannot be read. */
  failure: Error | undefined;
  /** Bytes that the bot destroyed before they were stored. */
  lostBytes = 0;
  readonly #options: PartWriterOptions;
  readonly #limits: PartLimits;
  readonly #events = new EventEmitter().setMaxListeners(0);
  readonly #waiting: Part[] = [];
  #cutByte: number;
  #sequence: number;
  #stored: PartsStored = { bytesStored: 0, parts: 0 };
  /** A part ends here, whatever its age. */
  #flushByte = 0;
  #allCut = false;
  #over = false;

  constructor(options: PartWriterOptions) {
    this.#options = options;
    this.#limits = options.limits ?? PART_LIMITS;
    this.#cutByte = options.begun?.byte ?? 0;
    this.#sequence = options.begun?.parts ?? 0;
  }

  /** Works until the recording has ended and is stored, or something made it stop; never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#options;
    const stop = () => this.#stop();
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    const work = [this.#cutAll(), this.#storeAll()];
    await Promise.all(work.map((job) => job.catch((error: Error) => this.#fail(error))));
    signal.removeEventListener("abort", stop);
    this.#stop();
  }

  /**
   * Cuts a part now and resolves when all that was recorded by now is stored, or the writer has
   * stopped (see `failure`); rejects with the signal's reason.
   */
  async flush(signal?: AbortSignal): Promise<void> {
    const { bytes } = this.#options;
    this.#flushByte = bytes.length;
    this.#events.emit("hurry");
    while (!this.#over && this.#isFlushing) {
      signal?.throwIfAborted();
      await once(this.#events, "progress", { signal }).catch((error) => {
        signal?.throwIfAborted();
        throw error;
      });
    }
  }

  get #firstUnstored(): number {
    return this.#waiting[0]?.startByte ?? this.#cutByte;
  }

  get #isFlushing(): boolean {
    return this.#firstUnstored < this.#flushByte;
  }

  async #cutAll(): Promise<void> {
    const { bytes, clock } = this.#options;
    while (!this.#over) {
      await this.#pause({ above: this.#cutByte });
      if (bytes.ended && bytes.length <= this.#cutByte) break;
      if (bytes.length > this.#cutByte) await this.#cutOne(clock.now());
    }
    this.#allCut = true;
    this.#events.emit("cut");
  }

  /** Cuts one part whose first byte has just been seen, when it is time to. */
  async #cutOne(startedAt: Instant): Promise<void> {
    const { bytes, clock } = this.#options;
    while (!this.#over) {
      const { length, ended } = bytes;
      const now = clock.now();
      const uncut = { startByte: this.#cutByte, startedAt, length };
      const isLast = ended || this.#flushByte > this.#cutByte;
      const endByte = nextCut(uncut, this.#limits, now, isLast);
      if (endByte !== undefined) {
        this.#waiting.push({ startByte: this.#cutByte, endByte, startedAt, untilAt: now });
        this.#cutByte = endByte;
        this.#events.emit("cut");
        return;
      }
      await this.#pause({ forMs: startedAt + this.#limits.ageMs - now, above: length });
    }
  }

  async #storeAll(): Promise<void> {
    while (!this.#over) {
      const [part] = this.#waiting;
      if (part) {
        await this.#storeOne(part);
        this.#events.emit("progress");
      } else {
        if (this.#allCut) return;
        await once(this.#events, "cut");
      }
    }
  }

  /** Stores the first part that waits, however long it takes, or takes lost bytes out of it. */
  async #storeOne(part: Part): Promise<void> {
    for (let failures = 1; !this.#over; failures++) {
      const error = await this.#put(part).catch((reason: Error) => reason);
      if (!error) return;
      if (error.cause instanceof LostBytesError) return this.#leaveOut(part, error.cause);
      if (!(error instanceof StorageError && error.retryable)) throw error;
      await this.#pause({ forMs: this.#isFlushing ? FLUSH_DELAY_MS : this.#delayMs(failures) });
    }
  }

  async #put(part: Part): Promise<undefined> {
    const { bytes, store, path, claimToken, owner, signal, onStored } = this.#options;
    const { startByte, endByte } = part;
    const size = endByte - startByte;
    const source: RecordingSource = { open: () => bytes.open(startByte, endByte), bytes: size };
    await store.put(partName(path, claimToken, this.#sequence + 1), source, {
      owner,
      contentType: "video/webm",
      metadata: toMetadata(part, owner),
      signal,
    });
    this.#waiting.shift();
    this.#sequence++;
    const { bytesStored, parts } = this.#stored;
    this.#stored = { bytesStored: bytesStored + size, parts: parts + 1 };
    onStored?.(this.#stored);
  }

  #leaveOut(part: Part, lost: LostBytesError): void {
    this.#waiting.splice(0, 1, ...withoutLost(part, lost));
    this.lostBytes += Math.min(lost.until, part.endByte) - lost.from;
  }

  #delayMs(failures: number): number {
    const backOff = this.#options.backOff ?? { firstDelayMs: 1_000, maxDelayMs: 30_000 };
    return retryDelayMs({ tries: Number.POSITIVE_INFINITY, ...backOff }, failures, Math.random());
  }

  #fail(error: Error): void {
    if (!this.#over) this.failure = error;
    this.#stop();
  }

  #stop(): void {
    this.#over = true;
    for (const event of ["hurry", "cut", "progress"]) this.#events.emit(event);
  }

  /** Waits so long, or for more bytes than `above`; ends at once when there is a hurry. */
  async #pause({ forMs, above }: { forMs?: number; above?: number }): Promise<void> {
    if (this.#over) return;
    const { clock, bytes } = this.#options;
    const over = new AbortController();
    const end = () => over.abort();
    this.#events.once("hurry", end);
    const waits = [
      ...(forMs === undefined ? [] : [clock.sleep(forMs, over.signal)]),
      ...(above === undefined ? [] : [bytes.changed(above, over.signal)]),
    ];
    try {
      await Promise.race(waits);
    } catch (error) {
      if (!over.signal.aborted) throw error;
    } finally {
      this.#events.off("hurry", end);
      over.abort();
    }
  }
}
