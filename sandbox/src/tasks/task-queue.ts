import { backoffSeconds, type QueueConfig } from "./queue-config.ts";
import type { Task } from "./task-request.ts";
import type { Timers } from "./timers.ts";

/** Delivers a task for the `attempt`-th time (1 for the first); resolves with whether it succeeded. */
export type Deliver = (task: Task, attempt: number) => Promise<boolean>;

/** What has become of a queue's tasks so far. */
export interface QueueStats {
  enqueued: number;
  /** Deliveries, repeated ones included. */
  dispatched: number;
  succeeded: number;
  /** Tasks given up after their last attempt. */
  failed: number;
  /** Tasks that are due later, wait for their turn, or run. */
  pending: number;
}

interface PendingTask {
  task: Task;
  dueAt: number;
  attempt: number;
  running: boolean;
}

/** How long an id stays taken after its task has ended or was deleted. */
const ID_TAKEN_MS = 3_600_000;

/** One queue of Cloud Tasks: delivers each task when it is due, within the queue's limits. */
export class TaskQueue {
  readonly #config: QueueConfig;
  readonly #timers: Timers;
  readonly #deliver: Deliver;
  readonly #pending = new Map<string, PendingTask>();
  readonly #takenUntil = new Map<string, number>();
  readonly #counts = { enqueued: 0, dispatched: 0, succeeded: 0, failed: 0 };
  #running = 0;
  #nextTurnAt = 0;
  #cancelTimer = () => {};

  constructor(config: QueueConfig, timers: Timers, deliver: Deliver) {
    this.#config = config;
    this.#timers = timers;
    this.#deliver = deliver;
  }

  /** Adds a task; false when its id is, or was within the last hour, another task's. */
  add(task: Task): boolean {
    const taken = this.#takenUntil.get(task.id) ?? 0;
    if (this.#pending.has(task.id) || taken > this.#timers.now()) return false;
    this.#pending.set(task.id, { task, dueAt: task.scheduledAt, attempt: 0, running: false });
    this.#counts.enqueued += 1;
    this.#dispatchDue();
    return true;
  }

  /** Deletes a task; false when there is none with this id. One that runs is not repeated. */
  remove(id: string): boolean {
    if (!this.#pending.has(id)) return false;
    this.#forget(id);
    return true;
  }

  /** Delivers nothing more. */
  stop(): void {
    this.#cancelTimer();
    this.#pending.clear();
  }

  stats(): QueueStats {
    return { ...this.#counts, pending: this.#pending.size };
  }

  #dispatchDue(): void {
    this.#cancelTimer();
    const { maxConcurrentDispatches, maxDispatchesPerSecond } = this.#config.rateLimits;
    while (this.#running < maxConcurrentDispatches) {
      const next = this.#earliest();
      if (!next) return;
      const now = this.#timers.now();
      const readyAt = Math.max(next.dueAt, this.#nextTurnAt);
      if (readyAt > now) {
        this.#cancelTimer = this.#timers.after(readyAt - now, () => this.#dispatchDue());
        return;
      }
      this.#nextTurnAt = now + 1000 / maxDispatchesPerSecond;
      this.#run(next);
    }
  }

  #earliest(): PendingTask | undefined {
    const waiting = [...this.#pending.values()].filter(({ running }) => !running);
    return waiting.reduce<PendingTask | undefined>(
      (first, other) => (first && first.dueAt <= other.dueAt ? first : other),
      undefined,
    );
  }

  async #run(pending: PendingTask): Promise<void> {
    pending.running = true;
    pending.attempt += 1;
    this.#running += 1;
    this.#counts.dispatched += 1;
    const succeeded = await this.#deliver(pending.task, pending.attempt);
    this.#running -= 1;
    pending.running = false;
    this.#settle(pending, succeeded);
    this.#dispatchDue();
  }

  #settle(pending: PendingTask, succeeded: boolean): void {
    const { attempt, task } = pending;
    const { retryConfig } = this.#config;
    if (!this.#pending.has(task.id)) return;
    if (!succeeded && attempt < retryConfig.maxAttempts) {
      pending.dueAt = this.#timers.now() + backoffSeconds(attempt, retryConfig) * 1000;
      return;
    }
    this.#counts[succeeded ? "succeeded" : "failed"] += 1;
    this.#forget(task.id);
  }

  #forget(id: string): void {
    this.#pending.delete(id);
    this.#takenUntil.set(id, this.#timers.now() + ID_TAKEN_MS);
  }
}
