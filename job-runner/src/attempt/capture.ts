import { once } from "node:events";
import { join } from "node:path";
import { type BotInstance, type RecordingStore, SECOND } from "@meeting-bot/core";
import { toBotIdentity } from "../bot/bot-identity.ts";
import type { Clock } from "../bot/clock.ts";
import type { Config } from "../config.ts";
import type { Logs } from "../logs.ts";
import type { ConvertedRecording } from "../media/converted-recording.ts";
import { conversionOptionsOf } from "../media/derive-options.ts";
import { type LiveConversion, startLiveConversion } from "../media/live-conversion.ts";
import { ContinuedBytes } from "../recording/continued-bytes.ts";
import { type EarlierRecording, type Stretch, secondsOf } from "../recording/earlier-recording.ts";
import { GrowingRecording } from "../recording/growing-recording.ts";
import { type PartsBegun, type PartsStored, PartWriter } from "../recording/part-writer.ts";
import { fetchAttempt, findBegun, findStoredAttempts } from "../recording/stored-parts.ts";
import { diskRates } from "../scratch/disk-budget.ts";
import { watchDisk } from "../scratch/disk-watch.ts";
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
const ASK_AGAIN_MS = 10 * SECOND;

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
  readonly #work: Promise<unknown>;
  #live: Promise<LiveConversion | undefined> = Promise.resolve(undefined);
  #isScarce = false;

  constructor(services: CaptureServices, request: CaptureRequest) {
    const { config, clock } = services;
    const { instance } = request;
    this.#services = services;
    this.#request = request;
    this.recording = new GrowingRecording({
      root: config.scratchDir,
      identity: toBotIdentity(instance.creatorUserId, instance.id),
      workDir: config.workDir,
      clock,
      signal: this.#over.signal,
    });
    this.#parts = this.#openParts();
    this.#work = Promise.all([this.#follow(), this.#storeParts(), this.#watchDisk()]);
    if (request.options.conversion === "live") this.#live = this.#convertLive();
  }

  /** Aborted when the disk can take no more of the recording. */
  get full(): AbortSignal {
    return this.#full.signal;
  }

  /** What has been recorded, for the gaps before and after it. */
  async stretch(): Promise<Stretch | undefined> {
    const state = await this.recording.look();
    if (!state) return undefined;
    const { firstSeenAt: startedAt, grewAt: untilAt } = state;
    return { startedAt, untilAt, seconds: secondsOf(this.recording.layout()) };
  }

  /** Ends the recording and waits until all of it is stored; whether it is. Rejects with the signal's reason. */
  async flush(signal: AbortSignal): Promise<boolean> {
    await this.recording.end();
    const aborted = once(signal, "abort").then(() => signal.throwIfAborted());
    const parts = await Promise.race([this.#parts, aborted]);
    await parts?.flush(signal);
    return parts !== undefined && parts.failure === undefined;
  }

  /** What the live conversion has made of the recording and all before it, once that has ended. */
  async converted(): Promise<ConvertedRecording | undefined> {
    const live = await this.#live;
    const outcome = await live?.outcome();
    if (outcome?.kind === "converted") return outcome;
    if (outcome) this.#services.logs.liveConversionGivenUp(outcome.why);
    return undefined;
  }

  /** Local files that hold the recording, in order; from the store where the bot has destroyed them. */
  async files(signal: AbortSignal): Promise<string[]> {
    const local = await this.recording.files();
    if (local) return local;
    const { config, recordings } = this.#services;
    const { instance, path } = this.#request;
    const attempts = await findStoredAttempts(recordings, path, { instance: instance.id });
    const own = attempts.filter(({ attempt }) => attempt === instance.attempt);
    const fetched = own.map((_, index) => join(config.workDir, `own-${index + 1}.webm`));
    for (const [index, attempt] of own.entries()) {
      await fetchAttempt(recordings, attempt, fetched[index] as string, signal);
    }
    return fetched;
  }

  /** Ends everything that is under way and lets go of the files. */
  async close(): Promise<void> {
    this.#over.abort();
    const live = await this.#live;
    await live?.stop("the attempt is over");
    await this.#work;
    await this.recording.close();
  }

  /** A look that fails is no reason to give a recording up. */
  async #follow(): Promise<void> {
    const { clock, logs } = this.#services;
    while (!this.#over.signal.aborted && !this.recording.ended) {
      await this.recording.follow().catch(logs.recordingNotSeen);
      await clock.sleep(SECOND, this.#over.signal);
    }
  }

  async #storeParts(): Promise<void> {
    const parts = await this.#parts;
    await parts?.run();
    if (parts?.failure) this.#services.logs.partsStopped(parts.failure);
  }

  /** Goes on where a manager before this one has left off; undefined when that was never found out. */
  async #openParts(): Promise<PartWriter | undefined> {
    const { config, clock, recordings: store } = this.#services;
    const { instance, path, onStored } = this.#request;
    const { signal } = this.#over;
    const begun = config.restarts > 0 ? await this.#findBegun() : { parts: 0, byte: 0 };
    if (!begun) return undefined;
    return new PartWriter({
      bytes: this.recording,
      store,
      path,
      claimToken: config.claimToken,
      owner: { instance: instance.id, attempt: instance.attempt },
      begun,
      clock,
      signal,
      onStored,
    });
  }

  /** Asks until storage answers: parts that begin elsewhere under the same names would be mixed up. */
  async #findBegun(): Promise<PartsBegun | undefined> {
    const { config, clock, recordings, logs } = this.#services;
    const { instance, path } = this.#request;
    const claim = { instance: instance.id, claimToken: config.claimToken };
    while (!this.#over.signal.aborted) {
      try {
        await this.recording.look();
        return await findBegun(recordings, path, claim, this.recording);
      } catch (error) {
        logs.partsDelayed(error);
        await clock.sleep(ASK_AGAIN_MS, this.#over.signal);
      }
    }
    return undefined;
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
      const live = await this.#live;
      await live?.stop("the scratch disk runs low");
    }
  }
}
