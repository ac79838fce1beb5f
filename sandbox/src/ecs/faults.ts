import type { obstacles } from "./obstacles.ts";
import { type Operation, type Refusal, refuse } from "./protocol.ts";

/** Refusals of the service that no parameter brings about. */
export const refusals = {
  AccessDeniedException: (operation) =>
    refuse(
      "AccessDeniedException",
      `User: arn:aws:sts::123456789012:assumed-role/launcher/session is not authorized to perform: ecs:${operation} because no identity-based policy allows the ecs:${operation} action`,
    ),
  ServerException: () => ({
    ...refuse("ServerException", "Service Unavailable. Please try again later."),
    status: 500,
  }),
  ThrottlingException: () => refuse("ThrottlingException", "Rate exceeded"),
} as const satisfies Record<string, (operation: Operation) => Refusal>;

/**
 * Why a task is not placed, as `failures[]` of a RunTask that answers 200 has it:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html
 */
export const failureReasons = {
  capacity:
    "Capacity is unavailable at this time. Please try again later or in a different availability zone",
  eni: "RESOURCE:ENI",
  quota: "You've reached the limit on the number of vCPUs you can run concurrently",
} as const;

/**
 * What a later call is made to suffer:
 * - `refuse`: nothing is done, and the call fails;
 * - `failures`: RunTask answers 200, places nothing and says why;
 * - `silent`: everything is done and the call never answered;
 * - `delay`: everything is done and the call answered late;
 * - `obstacle`: RunTask is accepted, and the task ends in it.
 * `on` is RunTask by default.
 */
export type Fault =
  | { kind: "failures"; reason: keyof typeof failureReasons }
  | { kind: "obstacle"; obstacle: keyof typeof obstacles }
  | ({ on?: Operation } & (
      | { kind: "refuse"; type: keyof typeof refusals }
      | { kind: "silent" }
      | { kind: "delay"; delayMs: number }
    ));

/** The operation that a fault befalls. */
export function operationOf(fault: Fault): Operation {
  return ("on" in fault && fault.on) || "RunTask";
}
