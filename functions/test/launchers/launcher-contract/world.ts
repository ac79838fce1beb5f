import type { Execution, Launcher } from "@meeting-bot/core";

/**
 * What becomes of the next launch:
 * - `refused`: nothing is started, for a reason that only the operator can mend;
 * - `over-quota`: nothing is started, for want of capacity or quota;
 * - `unanswered`: it is accepted, and the caller hears nothing of that;
 * - `unstartable`: it is accepted, and fails before a container of it starts, as every other would.
 */
export type Fate = "refused" | "over-quota" | "unanswered" | "unstartable";

/** The launchers of one platform, made by a deployment's configuration and with their real client. */
export interface Launchers {
  launcher: Launcher;
  /** The same with LAUNCH_TIMEOUT_SECONDS=1. */
  impatient: Launcher;
  /** One that asks where nothing is. */
  lost: Launcher;
  /** One that can be cut off from the platform. */
  severable(): Promise<Severable>;
}

/** A launcher, and what cuts it off for good, in the middle of whatever it is asking. */
export interface Severable {
  launcher: Launcher;
  sever(): void | Promise<void>;
}

/** The local counterpart of a platform, which nobody else uses and which runs `STAND_INS`. */
export interface LauncherWorld extends Launchers {
  /** How many executions the platform has accepted until now. */
  accepted(): number;
  /** Decides about the next launch; returns the words in which the platform will tell of it. */
  decide(fate: Fate): string;
  /** Takes an execution away, so that the platform knows nothing of it any more. */
  vanish(execution: Execution): Promise<void>;
  /** Ends everything that was started. */
  stop(): Promise<void>;
}

/** An adapter, and what its platform does. */
export interface LauncherUnderTest {
  /** The word of `LAUNCHER`. */
  kind: string;
  /** Starts the platform's local counterpart; called once. */
  start(): Promise<LauncherWorld>;
  /** What a second launch with the same token comes to. */
  repeats: "the same execution" | "another execution";
  /** Whether it accepts launches that it then cannot start, and so can make `unstartable` come true. */
  acceptsUnseen: boolean;
  /** Whether it ends an execution that reaches its time-out. */
  timesOut: boolean;
}
