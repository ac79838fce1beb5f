import type { FaultTarget, StoreFault } from "../faults/fault-plan.ts";
import type { Operation } from "./call.ts";

/** What goes wrong. A connection that breaks keeps nothing. */
type FaultKind =
  | StoreFault
  /** The request is answered with this status and S3's word for it, and nothing done. */
  | { kind: "error"; status: number; code: string; message?: string };

export type Fault = FaultKind & FaultTarget<Operation>;
