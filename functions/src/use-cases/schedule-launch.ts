import type { BotInstance, Timer } from "@meeting-bot/core";
import * as logs from "../logs.ts";

/** What scheduling needs. */
export interface ScheduleServices {
  timer(): Promise<Timer>;
}

/**
 * Sets the timer of an instance that waits in the queue; one that does not is left alone. Never
 * fails: without its timer an instance is launched by the sweep, up to a minute late.
 */
export async function scheduleLaunch(
  { timer }: ScheduleServices,
  { id, status, wakeAt }: Pick<BotInstance, "id" | "status" | "wakeAt">,
): Promise<void> {
  if (status !== "queued" || wakeAt === undefined) return;
  try {
    await (await timer()).setTimer(id, wakeAt);
  } catch (error) {
    logs.timerNotSet(id, error);
  }
}
