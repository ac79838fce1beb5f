import type { Instant } from "@meeting-bot/core";
import type { BotCallbacks } from "./callback-listener.ts";
import type { Clock } from "./clock.ts";
import type { MeetingBotClient } from "./meeting-bot-client.ts";
import { type Evidence, judge, type Outcome } from "./outcome.ts";
import { isSettled, type LookAtRecording, type RecordingState } from "./recording-state.ts";
import { SilenceWatch } from "./silence-watch.ts";

/** The bounds of a monitored meeting. */
export interface MonitorSettings {
  /** Between two questions whether the bot is busy; 10 s. */
  monitorIntervalMs: number;
  /** Questions in a row without an answer until the bot counts as dead: 5 notice it within a minute. */
  maxConsecutiveFailures: number;
  /** How long the meeting may last, lobby included. */
  maxWaitMs: number;
  /** How long the recording must have kept its size before it is over. */
  settleMs: number;
  /** The same once the bot has said that it is through with it. */
  reportedSettleMs: number;
  /** After so long without growth and without a word the bot counts as hanging. */
  stallMs: number;
  /** After so long without a byte the bot is probably at the door. */
  waitingMs: number;
  /** Nobody listened to the bot for a while before. */
  mayBeUnheard: boolean;
  /** It was told before that the recording does not grow. */
  wasSilent: boolean;
}

/** What monitoring a meeting needs. */
export interface MonitorOptions {
  client: Pick<MeetingBotClient, "isBusy">;
  callbacks: BotCallbacks;
  look: LookAtRecording;
  settings: MonitorSettings;
  clock: Clock;
  signal: AbortSignal;
  /** Called once, when there is no byte for long. */
  onWaiting(): void;
  /** Called once, when the first bytes of the recording are seen: there is no live word of it. */
  onRecording(recording: RecordingState): void;
  /** Called whenever the recording has grown. */
  onProgress(recording: RecordingState): void;
  /** Called with the time of the last byte when the recording has stopped growing, with `null` when it grows again. */
  onSilence(lastByteAt: Instant | null): void;
}

/** How a meeting has ended, and the recording if there is one. */
export type MonitoredOutcome = (Outcome | { kind: "stopped" }) & {
  recording: RecordingState | undefined;
};

/** How often the recording is looked at. */
const LOOK_INTERVAL_MS = 1_000;
/** The same, and how often the bot is asked, once it has said that an attempt is over. */
const LAST_LOOKS_INTERVAL_MS = 100;

/** Follows a meeting that the bot was sent into until its outcome is decided, or `signal` is aborted. */
export async function monitorMeeting(options: MonitorOptions): Promise<MonitoredOutcome> {
  const { clock, signal, settings } = options;
  const bot = new BotPulse(options);
  const deadlineAt = clock.now() + settings.maxWaitMs;
  const waitingAt = clock.now() + settings.waitingMs;
  const growth = new GrowthWatch(options);
  const silence = new SilenceWatch(settings.wasSilent, options.onSilence);
  let isWaiting = false;
  let recording: RecordingState | undefined;
  while (!signal.aborted) {
    await bot.ask();
    recording = reportGrowth(options, recording, await options.look());
    growth.note(recording);
    if (!recording && !isWaiting && clock.now() >= waitingAt) {
      isWaiting = true;
      options.onWaiting();
    }
    const heard = options.callbacks.received.length;
    const verdict = judge(evidenceOf(options, bot, growth, deadlineAt));
    if (verdict.kind !== "undecided") return { ...verdict, recording };
    if (recording) silence.note(recording, growth.silentMs);
    const interval = growth.isReported ? LAST_LOOKS_INTERVAL_MS : LOOK_INTERVAL_MS;
    await sleepUntilCallback(options, heard, interval);
  }
  return { kind: "stopped", recording };
}

/** Knows whether the bot lives and is busy, asking no more often than it must. */
class BotPulse {
  readonly #options: MonitorOptions;
  #askAt: Instant;
  #failures = 0;
  #idleAnswers = 0;

  constructor(options: MonitorOptions) {
    this.#options = options;
    this.#askAt = options.clock.now();
  }

  get reachable(): boolean {
    return this.#failures < this.#options.settings.maxConsecutiveFailures;
  }

  /** Busy until it has said twice that it is not: its last callback may still be on its way to us. */
  get busy(): boolean {
    return this.#idleAnswers < 2;
  }

  /** Asks when it is time to: every interval, and at every look when its job may be over. */
  async ask(): Promise<void> {
    const { client, clock, callbacks, settings } = this.#options;
    const mayBeOver = this.#idleAnswers > 0 || callbacks.received.at(-1)?.kind === "status";
    // A bot that does not answer is given its intervals, or a short pause would count as its death.
    const hurry = mayBeOver && this.#failures === 0;
    if (clock.now() < this.#askAt && !hurry) return;
    this.#askAt = clock.now() + settings.monitorIntervalMs;
    const answer = await client.isBusy();
    this.#failures = answer === "unreachable" ? this.#failures + 1 : 0;
    if (answer === true) this.#idleAnswers = 0;
    if (answer === false) this.#idleAnswers++;
  }
}

/** Knows whether the recording is over, or should be and is not. */
class GrowthWatch {
  readonly #options: MonitorOptions;
  #recording: RecordingState | undefined;
  #heardBeforeGrowth = 0;
  #heardAtLook = 0;
  #lookedAt: Instant;
  #stalledMs = 0;

  constructor(options: MonitorOptions) {
    this.#options = options;
    this.#lookedAt = options.clock.now();
  }

  /** Whether the bot has said that an attempt of its own is over, and recorded nothing since. */
  get isReported(): boolean {
    const said = this.#options.callbacks.received.slice(this.#heardBeforeGrowth);
    return said.some(({ kind }) => kind === "status");
  }

  /** How long it was watched without growing. */
  get silentMs(): number {
    return this.#stalledMs;
  }

  note(recording: RecordingState | undefined): void {
    const { clock, callbacks } = this.#options;
    const passedMs = clock.now() - this.#lookedAt;
    this.#lookedAt = clock.now();
    // A pause in which this process was frozen too says nothing about the bot.
    this.#stalledMs += Math.min(passedMs, 5 * LOOK_INTERVAL_MS);
    if (recording?.grewAt !== this.#recording?.grewAt) {
      this.#recording = recording;
      // What was said since the last look came after the growth that it brought about.
      this.#heardBeforeGrowth = this.#heardAtLook;
      this.#stalledMs = 0;
    }
    this.#heardAtLook = callbacks.received.length;
  }

  get evidence(): Evidence["file"] {
    const { clock, settings } = this.#options;
    const settleMs = this.isReported ? settings.reportedSettleMs : settings.settleMs;
    return (
      this.#recording && {
        settled: isSettled(this.#recording, clock.now(), settleMs),
        stalled: !this.isReported && this.#stalledMs >= settings.stallMs,
      }
    );
  }
}

/** Tells of what has grown since the last look; returns the new state. */
function reportGrowth(
  { onRecording, onProgress }: MonitorOptions,
  before: RecordingState | undefined,
  now: RecordingState | undefined,
): RecordingState | undefined {
  if (now && !before) onRecording(now);
  if (now && now.bytes !== before?.bytes) onProgress(now);
  return now;
}

function evidenceOf(
  { callbacks: { received }, clock, settings: { mayBeUnheard } }: MonitorOptions,
  { busy, reachable }: BotPulse,
  growth: GrowthWatch,
  deadlineAt: Instant,
): Evidence {
  return {
    statuses: received.flatMap((heard) => (heard.kind === "status" ? [heard.statuses] : [])),
    logs: received.filter((heard) => heard.kind === "log"),
    busy,
    reachable,
    expired: clock.now() >= deadlineAt,
    mayBeUnheard,
    file: growth.evidence,
  };
}

/** Waits until the next look, or for a callback after the first `heard`, or for the signal. */
async function sleepUntilCallback(
  { callbacks, clock, signal }: MonitorOptions,
  heard: number,
  durationMs: number,
): Promise<void> {
  if (callbacks.received.length > heard) return;
  const alarm = new AbortController();
  const ring = () => alarm.abort();
  callbacks.events.once("callback", ring);
  try {
    await clock.sleep(durationMs, AbortSignal.any([signal, alarm.signal]));
  } finally {
    callbacks.events.off("callback", ring);
  }
}
