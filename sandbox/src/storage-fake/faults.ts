import type { FaultTarget, StoreFault } from "../faults/fault-plan.ts";

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

/** What goes wrong. A connection that breaks keeps what has arrived. */
export type FaultKind =
  | StoreFault
  /** The request is answered with this status, and nothing done. */
  | { kind: "status"; status: number; message?: string; reason?: string };

export type Fault = FaultKind & FaultTarget<Operation>;
