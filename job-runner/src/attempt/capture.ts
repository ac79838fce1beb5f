import { join } from "node:path";
import {
  type BotInstance,
  MINUTE,
  type RecordingStore,
  SECOND,
  StorageError,
} from "@meeting-bot/core";
import { aborted } from "../aborted.ts";
import { toBotIdentity } from "../bot/bot-identity.ts";
import type { Clock } from "../bot/clock.ts";
import type { RecordingState } from "../bot/recording-state.ts";
import type { Config } from "../config.ts";
import type { Logs } from "../logs.ts";
import type { ConvertedRecording } from "../media/converted-recording.ts";
import { conversionOptionsOf } from "../media/derive-options.ts";
import { type LiveConversion, startLiveConversion } from "../media/live-conversion.ts";
import { ContinuedBytes } from "../recording/continued-bytes.ts";
import { type EarlierRecording, type Stretch, secondsOf } from "../recording/earlier-recording.ts";
import { GrowingRecording } from "../recording/growing-recording.ts";
import type { PartsStored, PartWriter } from "../recording/part-writer.ts";
import { fetchAttempt, findStoredAttempts } from "../recording/stored-parts.ts";
import { diskRates } from "../scratch/disk-budget.ts";
import { watchDisk } from "../scratch/disk-watch.ts";
import { type OpenedParts, openParts } from "./open-parts.ts";
import type { Preparation } from "./preparation.ts";

/** What capturing needs. */
export interface CaptureServices {
  config: Config;
  clock: Clock;
  logs: Logs;
  recordings: RecordingStore;
  freeBytes(): Promise<number>;
}

/** What is captured, and who is told. */
export interface CaptureRequest extends Preparation {
  instance: BotInstance;
  /** What earlier attempts have saved, as soon as it is here. */
  earlier: Promise<EarlierRecording>;
  onStored(stored: PartsStored): void;
}

const DISK_INTERVAL_MS = 5 * SECOND;
/** As long as the outputs' own storing is waited for. */
const ASK_FOR_MS = 30 * MINUTE;

/**
 * The recording of one attempt while the bot makes it: it is followed, stored in parts and converted,
 * each from its own place in the bot's file. `close` it in any case.
 */
export class Capture {
  readonly recording: GrowingRecording;
  readonly #services: CaptureServices;
  readonly #request: CaptureRequest;
  readonly #over = new AbortController();
  readonly #full = new AbortController();
  readonly #parts: Promise<PartWriter | undefined>;
  #opened: OpenedParts | undefined;
  #seen: RecordingState | undefined;
  readonly #work: Promise<unknown>;
  #live: Promise<LiveConversion | undefined> = Promise.resolve(undefined);
  #isScarce = false;
  #closed: Promise<void> | undefined;

  constructor(services: CaptureServices, request: CaptureRequest) {
    const { config, clock } = services;
    const { instance } = request;
    this.#services = services;
    this.#request = request;
    this.recording = new GrowingRecording({
      root: config.scratchDir,
      identity: toBotIdentity(instance.creatorUserId, instance.id),
      workDir: config.workDir,
      isContinued: config.restarts > 0,
      clock,
      signal: this.#over.signal,
    });
    this.#parts = this.#openParts();
    this.#work = Promise.all([this.#follow(), this.#storeParts(), this.#watchDisk()]);
    const { outputs } = conversionOptionsOf(request.options);
    const isLive = request.options.conversion === "live" && outputs.length > 0;
    if (isLive) this.#live = this.#convertLive();
  }

  /** Aborted when the disk can take no more of the recording. */
  get full(): AbortSignal {
    return this.#full.signal;
  }

  /** The recording as it is now. A look that fails is no reason to give it up: the last state counts. */
  async look(): Promise<RecordingState | undefined> {
    try {
      this.#seen = await this.recording.look();
    } catch (error) {
      this.#services.logs.recordingNotSeen(error);
    }
    return this.#seen;
  }

  /** What has been recorded, for the gaps before and after it. */
  async stretch(): Promise<Stretch | undefined> {
    const state = await this.look();
    if (!state) return undefined;
    const { firstSeenAt, grewAt: untilAt } = state;
    const seconds = secondsOf(this.recording.layout());
    // A manager that was started again has seen it late.
    const isLate = this.#services.config.restarts > 0;
    const startedAt = this.#opened?.begun.startedAt ?? untilAt - seconds * SECOND;
    return { startedAt: isLate ? Math.min(firstSeenAt, startedAt) : firstSeenAt, untilAt, seconds };
  }

  /**
   * Whether some of the recording may be lost: destroyed by the bot before it was stored, or while no
   * manager followed it.
   */
  get hasHoles(): boolean {
    return (this.#opened?.writer.lostBytes ?? 0) > 0 || !this.#isWhole;
  }

  get #isWhole(): boolean {
    return this.#opened?.begun.isWhole ?? true;
  }

  /** Ends the recording and waits until all of it is stored; whether it is. Rejects with the signal's reason. */
  async flush(signal: AbortSignal): Promise<boolean> {
    await this.recording.end();
    const given = aborted(signal).then(() => undefined);
    const parts = await Promise.race([this.#parts, given]);
    signal.throwIfAborted();
    await parts?.flush(signal);
    return parts !== undefined && parts.failure === undefined;
  }

  /**
   * What the live conversion has made of the recording and all before it, once that has ended. Rejects
   * when it cannot be found out for long what a manager before this one has stored.
   */
  async converted(signal: AbortSignal): Promise<ConvertedRecording | undefined> {
    await this.#partsKnown(signal);
    const live = await this.#live;
    if (!this.#isWhole) await live?.stop("some of the recording is only in the store");
    const outcome = await live?.outcome();
    if (outcome?.kind === "converted") return outcome;
    if (outcome) {
      this.#services.logs.liveConversionGivenUp(outcome.why, live?.secondsConverted ?? 0);
    }
    return undefined;
  }

  /** Local files that hold the recording, in order; from the store where the bot has destroyed them. */
  async files(signal: AbortSignal): Promise<string[]> {
    const local = this.#isWhole ? await this.recording.files() : undefined;
    if (local) return local;
    const { config, recordings } = this.#services;
    const { instance, path } = this.#request;
    if (!(await this.flush(signal))) {
      throw new StorageError("unavailable", "The rest of the recording is not stored yet.");
    }
    const attempts = await findStoredAttempts(recordings, path, { instance: instance.id });
    const own = attempts.filter(({ attempt }) => attempt === instance.attempt);
    const fetched = own.map((_, index) => join(config.workDir, `own-${index + 1}.webm`));
    for (const [index, attempt] of own.entries()) {
      await fetchAttempt(recordings, attempt, fetched[index] as string, signal);
    }
    return fetched;
  }

  /** Ends everything that is under way and lets go of the files; may be called again. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#over.abort();
    const live = await this.#live;
    await live?.stop("the attempt is over");
    await this.#work;
    await this.recording.close();
  }

  async #follow(): Promise<void> {
    const { clock, logs } = this.#services;
    while (!this.#over.signal.aborted && !this.recording.ended) {
      await this.recording.follow().catch(logs.recordingNotSeen);
      await clock.sleep(SECOND, this.#over.signal);
    }
  }

  async #partsKnown(signal: AbortSignal): Promise<void> {
    const given = aborted(AbortSignal.any([signal, AbortSignal.timeout(ASK_FOR_MS)]));
    const parts = await Promise.race([this.#parts, given]);
    signal.throwIfAborted();
    if (!parts) throw new StorageError("unavailable", "Its parts cannot be listed.");
  }

  async #storeParts(): Promise<void> {
    const parts = await this.#parts;
    await parts?.run();
    if (parts?.failure) this.#services.logs.partsStopped(parts.failure);
  }

  async #openParts(): Promise<PartWriter | undefined> {
    this.#opened = await openParts(
      this.#services,
      this.#request,
      this.recording,
      this.#over.signal,
    );
    return this.#opened?.writer;
  }

  async #convertLive(): Promise<LiveConversion | undefined> {
    const { config } = this.#services;
    const { earlier, options, binaries } = this.#request;
    // It cannot be known without these what all of it is to become.
    const saved = await earlier.catch(() => undefined);
    if (!saved || this.#isScarce || this.#over.signal.aborted) return undefined;
    return startLiveConversion({
      bytes: new ContinuedBytes(saved.files, this.recording),
      workDir: config.workDir,
      options: conversionOptionsOf(options),
      binaries,
      signal: this.#over.signal,
    });
  }

  async #watchDisk(): Promise<void> {
    const { clock, logs, config, freeBytes } = this.#services;
    const { signal } = this.#over;
    const rates = () => diskRates(config.expectedKilobitsPerSecond);
    const free = () => freeBytes().catch(() => Number.POSITIVE_INFINITY);
    const watch = { free, rates, clock, intervalMs: DISK_INTERVAL_MS, signal };
    for await (const { level, freeBytes: left } of watchDisk(watch)) {
      logs.diskRunsLow(level, left);
      if (level === "full") this.#full.abort();
      this.#isScarce = true;
      // Not awaited: it may not have begun, and the disk goes on filling.
      void this.#live.then((live) => live?.stop("the scratch disk runs low"));
    }
  }
}
