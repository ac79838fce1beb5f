import type { status } from "@grpc/grpc-js";
import type { obstacles } from "./obstacles.ts";

/**
 * What the next `RunJob` is made to suffer:
 * - `refuse`: nothing is started, the call fails with a gRPC status;
 * - `lost`: nothing is started, and the call never answered;
 * - `silent`: the execution is started and the call never answered;
 * - `delay`: the execution is started and the call answered late;
 * - `obstacle`: the execution is accepted, and fails before a container starts.
 */
export type Fault =
  | { kind: "refuse"; code: status; message?: string }
  | { kind: "lost" }
  | { kind: "silent" }
  | { kind: "delay"; delayMs: number }
  | { kind: "obstacle"; obstacle: keyof typeof obstacles };
