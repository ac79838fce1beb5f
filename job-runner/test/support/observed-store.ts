import { EventEmitter, once } from "node:events";
import type { BotInstanceStore, Decide, Outcome } from "@meeting-bot/core";

type Transact = BotInstanceStore["transact"];

/** Passes transactions on to a store, counts them, and lets the next ones go wrong. */
export class ObservedStore implements Pick<BotInstanceStore, "transact"> {
  /** How many were begun. */
  begun = 0;
  /** How many ran at the same time at most. */
  mostAtOnce = 0;
  readonly #store: Pick<BotInstanceStore, "transact">;
  readonly #events = new EventEmitter();
  #running = 0;
  #faults: Transact[] = [];

  constructor(store: Pick<BotInstanceStore, "transact">) {
    this.#store = store;
  }

  /** Does something else instead of the next transaction that nothing else befalls. */
  instead(fault: Transact): void {
    this.#faults.push(fault);
  }

  async transact(id: string, decide: Decide): Promise<Outcome> {
    this.begun += 1;
    this.#running += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#running);
    const fault = this.#faults.shift();
    try {
      return await (fault ? fault(id, decide) : this.#store.transact(id, decide));
    } finally {
      this.#running -= 1;
      this.#events.emit("ended");
    }
  }

  /** Resolves when so many more transactions have ended, well or not. */
  async ended(count: number): Promise<void> {
    for (let seen = 0; seen < count; seen += 1) await once(this.#events, "ended");
  }
}
