import type { BotInstance, Execution } from "../bot-instance/bot-instance.ts";
import type { Verdict } from "../bot-instance/transitions/reclaim.ts";
import type { Failure } from "../errors.ts";
import type { Instant } from "../time.ts";

/** What a launch hands to the platform. Everything else the manager reads from the instance. */
export interface LaunchRequest {
  instance: BotInstance;
  /** The claim in whose name the job will work. */
  token: string;
  /** Environment variables for the manager's container. */
  environment: Readonly<Record<string, string>>;
  /** Environment variables for the bot's container. */
  botEnvironment: Readonly<Record<string, string>>;
  /** After so long the platform ends the execution, whatever it is doing. */
  timeoutSeconds: number;
}

/**
 * What came of a launch. `unknown` means that the platform may or may not have started it: nothing
 * is done then, since a job that exists will `start`, and for one that does not the lease runs out.
 */
export type LaunchOutcome =
  | { kind: "launched"; execution: Execution }
  | { kind: "refused"; failure: Failure }
  | { kind: "unknown"; reason: string };

/** An execution that has not ended, with what its launch gave it. */
export interface RunningExecution {
  execution: Execution;
  instanceId: string;
  /** The claim in whose name it works. */
  token: string;
  /** When the platform accepted it. */
  startedAt: Instant;
}

/** Runs a manager and its bot on some platform. */
export interface Launcher {
  /** Asks the platform once. Never throws for an answer of the platform. */
  launch(request: LaunchRequest): Promise<LaunchOutcome>;
  /** Asks what became of an execution. */
  inspect(execution: Execution): Promise<Verdict>;
  /** Tells the platform to end an execution; one that has ended already is no error. */
  cancel(execution: Execution): Promise<void>;
  /**
   * The executions that have not ended and were launched for `scope`, the project and database whose
   * `BOT_SCOPE` they carry. Throws when the platform cannot be asked.
   */
  list(scope: string): AsyncIterable<RunningExecution>;
}
