import { type ScheduleOptions, type Scheduler, startScheduler } from "./scheduler.ts";

/** The scheduled functions, and how often each runs as it is deployed. */
const DEPLOYED_SECONDS = {
  sweep: 60,
  sweepWebhooks: 60,
  reconcile: 300,
  backfill: 3600,
};

/** A function that runs by a schedule. */
export type ScheduledFunction = keyof typeof DEPLOYED_SECONDS;

/** The schedule of each. */
export type Schedules = Record<ScheduledFunction, Scheduler>;

/** Where the functions are, and how often both sweeps run where that is not as deployed. */
export interface SchedulesOptions
  extends Omit<ScheduleOptions, "functionName" | "everySeconds" | "onError"> {
  sweepSeconds?: number | undefined;
  onError(functionName: string, error: Error): void;
}

/** Starts every schedule; `parts` ends them. */
export function startSchedules(
  parts: AsyncDisposableStack,
  { sweepSeconds, onError, ...target }: SchedulesOptions,
): Schedules {
  const start = (
    functionName: ScheduledFunction,
    everySeconds = DEPLOYED_SECONDS[functionName],
  ) => {
    const failed = (error: Error) => onError(functionName, error);
    const scheduler = startScheduler({ ...target, functionName, everySeconds, onError: failed });
    parts.defer(() => scheduler.stop());
    return scheduler;
  };
  return {
    sweep: start("sweep", sweepSeconds),
    sweepWebhooks: start("sweepWebhooks", sweepSeconds),
    reconcile: start("reconcile"),
    backfill: start("backfill"),
  };
}
