/** The requests that the fake tells apart. */
export type Operation =
  | "bucket"
  | "simple-upload"
  | "start-upload"
  | "upload"
  | "upload-status"
  | "describe"
  | "download"
  | "list"
  | "patch"
  | "remove";

/** Which requests a fault befalls. */
export interface FaultTarget {
  /** All operations when left out. */
  on?: Operation | undefined;
  /** How many such requests go well first; default none. */
  after?: number | undefined;
  /** How many then fail; default one. */
  times?: number | undefined;
}

/** What goes wrong. */
export type FaultKind =
  /** The request is answered with this status, and nothing done. */
  | { kind: "status"; status: number; message?: string; reason?: string }
  /** The connection breaks after so many bytes of the body, either way; what has arrived is kept. */
  | { kind: "break"; afterBytes: number }
  /** Everything is done, and the connection broken instead of an answer: an unknown outcome. */
  | { kind: "commit-then-break" }
  /** The object is stored with a bit turned, so that its checksums are wrong. */
  | { kind: "corrupt" }
  /** The request waits so long before it is served. */
  | { kind: "slow"; delayMs: number }
  /** The request is taken and never answered. */
  | { kind: "hang" };

export type Fault = FaultKind & FaultTarget;

/** The faults still to come; each request takes at most one. */
export class FaultPlan {
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
