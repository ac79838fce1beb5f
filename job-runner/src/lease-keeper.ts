import {
  type BotInstanceStore,
  type Instant,
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
  store: BotInstanceStore;
  instanceId: string;
  token: string;
  runnerId: string;
  heartbeatMs: number;
  /** After so long without an answer of the store the lease counts as lost: the sweep may act. */
  lostMs: number;
  now(): Instant;
  /** Told of every heartbeat that did not get through. */
  onMissed(error: unknown): void;
}

/**
 * Keeps a manager's lease alive, and tells how the work goes on along with it. `lost` is aborted,
 * with a `LeaseLoss` as its reason, when somebody else has the instance or may have it soon.
 */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  readonly #lost = new AbortController();
  readonly #heartbeat: NodeJS.Timeout;
  #phase: Phase = "joining";
  #unsaid: Change = {};
  #sent: Promise<void> = Promise.resolve();
  #sending = 0;
  #heardAt: Instant;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
    this.#heardAt = options.now();
    this.#heartbeat = setInterval(() => this.#beat(), options.heartbeatMs).unref();
  }

  /** Aborted when the lease is lost. */
  get lost(): AbortSignal {
    return this.#lost.signal;
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

  /** Stops the heartbeats and waits for those that are under way. */
  async release(): Promise<void> {
    clearInterval(this.#heartbeat);
    await this.#sent;
  }

  #beat(): void {
    const { lostMs, now } = this.#options;
    // An answer that never comes must neither pile up heartbeats nor keep the loss from being noticed.
    if (this.#sending === 0) void this.#send();
    if (now() - this.#heardAt >= lostMs) this.#lose("unreachable");
  }

  #lose(loss: LeaseLoss): void {
    clearInterval(this.#heartbeat);
    this.#lost.abort(loss);
  }

  #send(): Promise<void> {
    this.#sending += 1;
    this.#sent = this.#sent
      .then(() => this.#report())
      .finally(() => {
        this.#sending -= 1;
      });
    return this.#sent;
  }

  async #report(): Promise<void> {
    const { store, instanceId, token, runnerId, now, onMissed } = this.#options;
    const change = this.#unsaid;
    this.#unsaid = {};
    try {
      const event = { token, runnerId, ...change };
      const outcome = await store.transact(instanceId, (instance, at) =>
        report(instance, event, at),
      );
      if (outcome.ok) this.#heardAt = now();
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
