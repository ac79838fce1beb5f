import { EventEmitter, once } from "node:events";
import type { Readable } from "node:stream";
import type { BotIdentity } from "../bot/bot-identity.ts";
import type { Clock } from "../bot/clock.ts";
import type { RecordingState } from "../bot/recording-state.ts";
import type { RecordingLayout } from "../media/recording-layout.ts";
import { ByteStream } from "./byte-stream.ts";
import { LiveLayout } from "./live-layout.ts";
import { LostBytesError } from "./lost-bytes-error.ts";
import { TakeFollower } from "./take-follower.ts";

/** The bytes that the bot has recorded so far, in order, whichever files they came in; positions count from 0 across files. */
export interface GrowingBytes {
  /** Bytes known to be there. */
  readonly length: number;
  /** True once nothing more will come (`length` is final). */
  readonly ended: boolean;
  /**
   * Streams the bytes from `start` up to `end` (default: to the end of the recording), waiting for
   * those not yet written; back-pressure keeps memory constant. Ends when `end` is reached, or at
   * `length` once `ended`. Fails with `LostBytesError` where the bot has destroyed what it had written.
   */
  open(start: number, end?: number): Readable;
  /** Resolves when there are more than `length` bytes or it has ended; rejects with the signal's reason. */
  changed(length: number, signal?: AbortSignal): Promise<void>;
}

/** The same, and where in them the bot's files begin, in order. */
export interface RecordedBytes extends GrowingBytes {
  readonly takeStarts: readonly number[];
}

/** What following a recording needs. */
export interface GrowingRecordingOptions {
  /** The volume that the bot records to. */
  root: string;
  identity: BotIdentity;
  /** An existing folder of ours, for what the bot takes away before it is stored. */
  workDir: string;
  /** Whether a process before this one may have left there what the bot took away. */
  isContinued?: boolean;
  clock: Clock;
  /** Between two looks; default 250. */
  intervalMs?: number;
  /** Ends `follow`. */
  signal: AbortSignal;
}

const LOOK_INTERVAL_MS = 250;

/** Read at once by each stream; held in memory. */
const READ_BYTES = 256 * 1024;

/** The bot's recording as it grows, measured while it does. Memory does not grow with it. */
export class GrowingRecording implements RecordedBytes {
  readonly #options: GrowingRecordingOptions;
  readonly #follower: TakeFollower;
  readonly #layout = new LiveLayout();
  readonly #events = new EventEmitter().setMaxListeners(0);
  #state: RecordingState | undefined;
  #lastLook: Promise<unknown> = Promise.resolve();
  #ended = false;
  #closed = false;

  constructor(options: GrowingRecordingOptions) {
    this.#options = options;
    this.#follower = new TakeFollower({ ...options, onBytes: (bytes) => this.#measure(bytes) });
  }

  /** Without the last few bytes while they may be the beginning of another stream's header. */
  get length(): number {
    return this.#layout.decidedBytes;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get takeStarts(): number[] {
    return this.#follower.takes.map(({ startByte }) => startByte);
  }

  /** Looks again and again until the signal is aborted or the recording has ended. */
  async follow(): Promise<void> {
    const { clock, intervalMs = LOOK_INTERVAL_MS, signal } = this.#options;
    while (!signal.aborted && !this.#isOver) {
      await this.look();
      await clock.sleep(intervalMs, signal);
    }
  }

  /** Looks once, after any look under way; tells the recording as it is now, undefined while there is none. */
  look(): Promise<RecordingState | undefined> {
    return this.#inTurn(async () => {
      if (!this.#isOver) this.#note(await this.#follower.look());
      return this.#state;
    });
  }

  /** Looks for the last time; from then on `length` is final. */
  async end(): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#isOver) return;
      await this.#follower.finish();
      this.#layout.end();
      this.#ended = true;
      this.#note(false);
    });
  }

  /** Closes every file; whoever still reads or waits is told by an error. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#events.emit("change");
    await this.#inTurn(() => this.#follower.close());
  }

  /** What has been recorded so far: the streams and their last time stamps. */
  layout(): RecordingLayout {
    return this.#layout.read();
  }

  /**
   * Local files that hold the recording, in order, for a conversion afterwards; undefined when the
   * bot has destroyed some of it. A rewritten file counts as the recording although its head differs.
   */
  files(): Promise<string[] | undefined> {
    return this.#inTurn(() => this.#follower.files());
  }

  open(start: number, end = Number.POSITIVE_INFINITY): Readable {
    return new ByteStream(start, (position, signal) => this.#read(position, end, signal));
  }

  async changed(length: number, signal?: AbortSignal): Promise<void> {
    while (this.length <= length && !this.#ended) await this.#nextChange(signal);
  }

  get #isOver(): boolean {
    return this.#ended || this.#closed;
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const turn = this.#lastLook.then(action);
    this.#lastLook = turn.catch(() => {});
    return turn;
  }

  #measure(bytes: Buffer): void {
    this.#layout.push(bytes);
    this.#events.emit("change");
  }

  /** Keeps the monitor's view; `hasWritten` also when what the bot writes is not known to be new yet. */
  #note(hasWritten: boolean): void {
    const { bytes, file } = this.#follower;
    const path = file?.path ?? this.#state?.path;
    const now = this.#options.clock.now();
    if (bytes > 0 && path !== undefined) {
      const { firstSeenAt = now, grewAt = now } = this.#state ?? {};
      this.#state = { path, bytes, firstSeenAt, grewAt: hasWritten ? now : grewAt };
    }
    this.#events.emit("change");
  }

  async #nextChange(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#closed) throw new Error("The recording is no longer followed.");
    try {
      await once(this.#events, "change", { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  }

  async #read(position: number, end: number, signal: AbortSignal): Promise<Buffer | undefined> {
    while (position < end) {
      if (position < this.length) {
        const bytes = await this.#readKnown(position, Math.min(end, this.length));
        if (bytes) return bytes;
        await this.#nextChange(signal);
      } else {
        if (this.#ended) return undefined;
        await this.changed(position, signal);
      }
    }
    return undefined;
  }

  /** Reads bytes that have been seen; undefined when the next look must find out where they are. */
  async #readKnown(position: number, end: number): Promise<Buffer | undefined> {
    const take = this.#follower.takes.findLast(({ startByte }) => startByte <= position);
    if (!take) return undefined;
    const takeEnd = take.startByte + take.length;
    const until = Math.min(end, takeEnd, position + READ_BYTES);
    const bytes = await take.read(position - take.startByte, until - take.startByte);
    // No look will find it any more.
    if (!bytes && this.#ended) throw new LostBytesError(position, takeEnd);
    return bytes;
  }
}
