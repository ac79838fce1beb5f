import { EventEmitter, once } from "node:events";
import {
  type Instant,
  partName,
  type RecordingSource,
  type RecordingStore,
  StorageError,
} from "@meeting-bot/core";
import { type RetryPolicy, retryDelayMs } from "@meeting-bot/storage";
import type { Clock } from "../bot/clock.ts";
import { NOTHING_BEGUN, type PartsBegun } from "./begun-parts.ts";
import type { RecordedBytes } from "./growing-recording.ts";
import { LostBytesError } from "./lost-bytes-error.ts";
import { nextCut, PART_LIMITS, type PartLimits } from "./next-cut.ts";
import { type Cut, type PartOwner, toMetadata, toPart, withoutLost } from "./part.ts";

/** Between two tries while somebody waits: there are only seconds before a container is killed. */
const FLUSH_DELAY_MS = 500;

const BACK_OFF = { firstDelayMs: 1_000, maxDelayMs: 30_000 };

/** What is stored so far, with what a writer before this one has begun. */
export interface PartsStored {
  bytesStored: number;
  parts: number;
}

/** What writing parts needs. */
export interface PartWriterOptions {
  bytes: RecordedBytes;
  store: Pick<RecordingStore, "put">;
  /** The recording's path in the store. */
  path: string;
  claimToken: string;
  owner: PartOwner;
  clock: Clock;
  signal: AbortSignal;
  onStored?: (stored: PartsStored) => void;
  /** Told that storage will not take a part; not again before one has been stored. */
  onRefused?(error: Error): void;
  limits?: PartLimits;
  /** What was stored in the same claim's name before; default nothing. */
  begun?: PartsBegun;
  /** Pauses while storage is unavailable; the longest one also while it refuses. */
  backOff?: Pick<RetryPolicy, "firstDelayMs" | "maxDelayMs">;
}

/** For so long, or until there are more bytes than `above` or the recording has ended. */
type Wait = { forMs?: number; above?: number };

/**
 * Stores a recording in parts while it grows, in order and one at a time, none of them across takes.
 * While storage is away it tries for ever, while it refuses as long as the recording goes on: somebody
 * may mend the bucket. What waits is a list of places in the recording, whose bytes stay on disk.
 */
export class PartWriter {
  /** Bytes that the bot destroyed before they were stored. */
  lostBytes = 0;
  readonly #options: PartWriterOptions;
  readonly #limits: PartLimits;
  readonly #backOff: RetryPolicy;
  readonly #events = new EventEmitter().setMaxListeners(0);
  readonly #waiting: Cut[] = [];
  readonly #firstTake: number;
  #cutByte: number;
  #stored: PartsStored;
  /** Undefined as long as storage takes parts. */
  #refusal: StorageError | undefined;
  #fault: Error | undefined;
  /** A part ends here, whatever its age. */
  #flushByte = 0;
  #allCut = false;
  #over = false;

  constructor(options: PartWriterOptions) {
    this.#options = options;
    this.#limits = options.limits ?? PART_LIMITS;
    this.#backOff = { tries: Number.POSITIVE_INFINITY, ...(options.backOff ?? BACK_OFF) };
    const { byte, parts, bytesStored, firstTake } = options.begun ?? NOTHING_BEGUN;
    this.#cutByte = byte;
    this.#firstTake = firstTake;
    this.#stored = { bytesStored, parts };
  }

  /** Why parts are not stored: storage has refused the last one, or the recording cannot be read. */
  get failure(): Error | undefined {
    return this.#fault ?? this.#refusal;
  }

  /** Works until the recording has ended and is stored or refused, or cannot be read; never rejects. */
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
   * Cuts a part now, tries at once, and resolves when all that was recorded by now is stored, storage
   * refuses it or the writer has stopped (see `failure`); rejects with the signal's reason.
   */
  async flush(signal?: AbortSignal): Promise<void> {
    this.#flushByte = this.#options.bytes.length;
    this.#events.emit("hurry");
    while (!this.#over && this.#isFlushing) {
      signal?.throwIfAborted();
      await once(this.#events, "progress", { signal }).catch((error) => {
        signal?.throwIfAborted();
        throw error;
      });
    }
  }

  get #isFlushing(): boolean {
    return (this.#waiting[0]?.startByte ?? this.#cutByte) < this.#flushByte;
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
      const { length, ended, takeStarts } = bytes;
      const now = clock.now();
      const takeEnd = takeStarts.find((start) => start > this.#cutByte) ?? Number.POSITIVE_INFINITY;
      const uncut = { startByte: this.#cutByte, startedAt, length: Math.min(length, takeEnd) };
      const isLast = ended || this.#flushByte > this.#cutByte || length >= takeEnd;
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
  async #storeOne(part: Cut): Promise<void> {
    for (let failures = 1; !this.#over; failures++) {
      const { ended } = this.#options.bytes;
      const error = await this.#put(part).catch((reason: Error) => reason);
      if (!error || this.#over) return;
      if (error.cause instanceof LostBytesError) return this.#leaveOut(part, error.cause);
      if (!(error instanceof StorageError)) throw error;
      if (!error.retryable) this.#refuse(error);
      if (!error.retryable && ended) return this.#stop();
      await this.#pause(this.#untilNextTry(error, failures));
    }
  }

  #untilNextTry({ retryable }: StorageError, failures: number): Wait {
    // Above this there is nothing: it waits for the recording's end, after which comes the last try.
    if (!retryable) return { forMs: this.#backOff.maxDelayMs, above: Number.POSITIVE_INFINITY };
    if (this.#isFlushing) return { forMs: FLUSH_DELAY_MS };
    return { forMs: retryDelayMs(this.#backOff, failures, Math.random()) };
  }

  async #put(cut: Cut): Promise<undefined> {
    const { bytes, store, path, claimToken, owner, signal, onStored } = this.#options;
    const { startByte, endByte } = cut;
    const size = endByte - startByte;
    const source: RecordingSource = { open: () => bytes.open(startByte, endByte), bytes: size };
    await store.put(partName(path, claimToken, this.#stored.parts + 1), source, {
      owner,
      contentType: "video/webm",
      metadata: toMetadata(toPart(cut, bytes.takeStarts, this.#firstTake), owner),
      signal,
    });
    this.#waiting.shift();
    this.#refusal = undefined;
    const { bytesStored, parts } = this.#stored;
    this.#stored = { bytesStored: bytesStored + size, parts: parts + 1 };
    onStored?.(this.#stored);
  }

  /** Notes a refusal; whoever flushes waits no longer. */
  #refuse(error: StorageError): void {
    if (!this.#refusal) this.#options.onRefused?.(error);
    this.#refusal = error;
    this.#flushByte = 0;
    this.#events.emit("progress");
  }

  #leaveOut(part: Cut, lost: LostBytesError): void {
    this.#waiting.splice(0, 1, ...withoutLost(part, lost));
    this.lostBytes += Math.min(lost.until, part.endByte) - lost.from;
  }

  #fail(error: Error): void {
    if (!this.#over) this.#fault = error;
    this.#stop();
  }

  #stop(): void {
    this.#over = true;
    for (const event of ["hurry", "cut", "progress"]) this.#events.emit(event);
  }

  /** Waits; ends at once when there is a hurry. */
  async #pause({ forMs, above }: Wait): Promise<void> {
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
