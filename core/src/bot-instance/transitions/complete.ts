import type { Instant } from "../../time.ts";
import type { BotInstance, Gap, Output, OutputFailure } from "../bot-instance.ts";
import type { EndReason } from "../end-reason.ts";
import {
  ALREADY_MINE,
  accept,
  type Decision,
  holds,
  refuse,
  type Surroundings,
} from "../transition.ts";
import { ended } from "./ended.ts";

/** The outputs are stored and verified. */
export interface CompleteEvent {
  token: string;
  runnerId: string;
  outputs: Output[];
  outputFailures?: OutputFailure[];
  partial: boolean;
  gaps?: Gap[];
  /** When and why the recording ended, as far as that is known. */
  endedAt?: Instant;
  endReason?: EndReason;
}

/** Ends an instance as `done`. */
export function complete(
  instance: BotInstance,
  { token, runnerId, ...result }: CompleteEvent,
  { now }: Surroundings,
): Decision {
  const mine = instance.claimToken === token && instance.runnerId === runnerId;
  if (instance.status === "done" && mine) return ALREADY_MINE;
  if (!holds(instance, { token, runnerId })) return refuse("superseded");
  return accept({ ...ended(now), status: "done", ...result });
}
