import {
  type BotInstance,
  type BotInstanceStore,
  type Instant,
  MINUTE,
  type Phase,
  type ReportEvent,
  report,
} from "@meeting-bot/core";

/** Why a lease is no longer kept. */
export type LeaseLoss = "superseded" | "unreachable";

/** What is to be told with the next sign of life. */
export type Change = Omit<ReportEvent, "token" | "runnerId">;

/** What keeping a lease needs. */
export interface LeaseKeeperOptions {
  store: Pick<BotInstanceStore, "transact">;
  instanceId: string;
  token: string;
  runnerId: string;
  heartbeatMs: number;
  /** After so long without a sign of life the sweep may act. */
  lostMs: number;
  /** When the bot is to leave, as far as that is known at the beginning. */
  leaveAt?: Instant | undefined;
  /** Told of every heartbeat that did not get through. */
  onMissed(error: unknown): void;
}

/** Longer than between two signs of life; an alarm set for later than its clock can count rings at once. */
const LATEST_ALARM_MS = 10 * MINUTE;
/** The part of `lostMs` without an answer of the store after which to leave: that takes time, too. */
const PATIENCE = 0.9;

/**
 * Keeps a manager's lease alive, and tells how the work goes on along with it. `lost` is aborted,
 * with a `LeaseLoss` as its reason, when somebody else has the instance or may have it soon.
 */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  readonly #lost = new AbortController();
  readonly #cancelled = new AbortController();
  readonly #leaving = new AbortController();
  readonly #over = Promise.withResolvers<void>();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #silence: NodeJS.Timeout;
  #departure: NodeJS.Timeout | undefined;
  #phase: Phase = "joining";
  #unsaid: Change = {};
  #sent: Promise<void> = Promise.resolve();
  #sending = 0;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
    this.#heartbeat = setInterval(() => this.#beat(), options.heartbeatMs).unref();
    const giveUp = () => this.#lose("unreachable");
    this.#silence = setTimeout(giveUp, PATIENCE * options.lostMs).unref();
    this.#leaveAt(options.leaveAt);
  }

  /** Aborted when the lease is lost. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Aborted when nobody wants the bot any more. */
  get cancelled(): AbortSignal {
    return this.#cancelled.signal;
  }

  /** Aborted when the bot is to leave the room to the next meeting's: what it has recorded is whole. */
  get leaving(): AbortSignal {
    return this.#leaving.signal;
  }

  /** The last phase that was told. */
  get phase(): Phase {
    return this.#phase;
  }

  /** Keeps a change for the next heartbeat. */
  note(change: Change): void {
    if (change.phase) this.#phase = change.phase;
    this.#unsaid = merge(this.#unsaid, change);
  }

  /** Tells a change now. What does not get through goes with the next heartbeat. */
  tell(change: Change): Promise<void> {
    this.note(change);
    return this.#send();
  }

  /**
   * Stops the heartbeats, for the last word, and waits for those that are under way: one that came after it
   * would take it for somebody else's. `lost` still tells when the store has not answered for too long.
   */
  async fallSilent(): Promise<void> {
    clearInterval(this.#heartbeat);
    await this.#sent;
  }

  /** Lets go of the lease, after what is under way, unless it is lost meanwhile. */
  async release(): Promise<void> {
    await this.fallSilent();
    clearTimeout(this.#silence);
    clearTimeout(this.#departure);
  }

  #beat(): void {
    // Heartbeats without an answer must not pile up.
    if (this.#sending === 0) void this.#send();
  }

  #lose(loss: LeaseLoss): void {
    clearInterval(this.#heartbeat);
    clearTimeout(this.#silence);
    this.#lost.abort(loss);
    this.#over.resolve();
  }

  #send(): Promise<void> {
    this.#sending += 1;
    const reported = this.#sent
      .then(() => this.#report())
      .finally(() => {
        this.#sending -= 1;
      });
    // Nobody waits for an answer that can no longer matter: it may never come.
    this.#sent = Promise.race([reported, this.#over.promise]);
    return this.#sent;
  }

  #hear({ cancelRequestedAt, leaveAt }: BotInstance): void {
    this.#silence.refresh();
    if (cancelRequestedAt !== undefined) this.#cancelled.abort();
    this.#leaveAt(leaveAt);
  }

  /** Every sign of life may bring another instant, or none any more. */
  #leaveAt(leaveAt: Instant | undefined): void {
    clearTimeout(this.#departure);
    if (leaveAt === undefined || this.#leaving.signal.aborted) return;
    const leftMs = Math.max(0, leaveAt - Date.now());
    const alarm = () => this.#leaveAt(leaveAt);
    if (leftMs === 0) this.#leaving.abort();
    else this.#departure = setTimeout(alarm, Math.min(leftMs, LATEST_ALARM_MS)).unref();
  }

  async #report(): Promise<void> {
    if (this.lost.aborted) return;
    const { store, instanceId, token, runnerId, onMissed } = this.#options;
    const change = this.#unsaid;
    this.#unsaid = {};
    try {
      const event = { token, runnerId, ...change };
      const outcome = await store.transact(instanceId, (instance, at) =>
        report(instance, event, at),
      );
      if (outcome.ok) this.#hear(outcome.instance);
      else this.#lose("superseded");
    } catch (error) {
      this.#unsaid = merge(change, this.#unsaid);
      onMissed(error);
    }
  }
}

function merge(earlier: Change, later: Change): Change {
  const progress = { ...earlier.progress, ...later.progress };
  return { ...earlier, ...later, ...(Object.keys(progress).length > 0 && { progress }) };
}
