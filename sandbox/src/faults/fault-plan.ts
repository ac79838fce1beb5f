/** Which requests a fault befalls. */
export interface FaultTarget<Operation> {
  /** All operations when left out. */
  on?: Operation | undefined;
  /** How many such requests go well first; default none. */
  after?: number | undefined;
  /** How many then fail; default one. */
  times?: number | undefined;
}

/** What can go wrong with a request to any store. */
export type StoreFault =
  /** The connection breaks after so many bytes of the body, either way. */
  | { kind: "break"; afterBytes: number }
  /** Everything is done, and the connection broken instead of an answer: an unknown outcome. */
  | { kind: "commit-then-break" }
  /** The object is stored with a bit turned, so that its checksums are wrong. */
  | { kind: "corrupt" }
  /** The request waits so long before it is served. */
  | { kind: "slow"; delayMs: number }
  /** The request is taken and never answered. */
  | { kind: "hang" };

/** The faults still to come; each request takes at most one. */
export class FaultPlan<Operation, Fault extends FaultTarget<Operation>> {
  readonly #pending: { fault: Fault; after: number; times: number }[] = [];

  add(fault: Fault): void {
    this.#pending.push({ fault, after: fault.after ?? 0, times: fault.times ?? 1 });
  }

  /** Counts a request; gives the fault that befalls it, if one does. */
  take(operation: Operation): Fault | undefined {
    const candidates = this.#pending.filter(({ fault }) => (fault.on ?? operation) === operation);
    for (const pending of candidates) {
      if (pending.after > 0) {
        pending.after--;
      } else if (pending.times > 0) {
        pending.times--;
        return pending.fault;
      }
    }
    return undefined;
  }
}
