import { readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Failure, LaunchRequest } from "@meeting-bot/core";
import { writeRecord } from "./execution-folder.ts";
import type { Order } from "./order.ts";
import { identify } from "./processes.ts";
import { explainBrokenSupervisor, explainNoFolder, explainNoSupervisor } from "./refusal.ts";
import { type Response, type Supervisor, startSupervisor } from "./start-supervisor.ts";

/** How executions are run on this machine. */
export interface LocalRules extends Pick<Order, "handedOn" | "ports" | "killGraceMs"> {
  managerCommand: readonly string[];
  botCommand: readonly string[];
  /** The supervisor's script. */
  supervisor: string;
  /** How long starting an execution may take. */
  timeoutMs: number;
}

/** What came of a start: as of a launch, but for the execution's name. */
export type StartOutcome =
  | { kind: "launched" }
  | { kind: "refused"; failure: Failure }
  | { kind: "unknown"; reason: string };

/**
 * Starts an execution in a folder that was made for it, and removes the folder when none was started.
 * Its record is there before its supervisor may do anything.
 */
export async function startExecution(
  folder: string,
  request: LaunchRequest,
  rules: LocalRules,
): Promise<StartOutcome> {
  const outcome = await start(folder, request, rules);
  if (outcome.kind === "refused") await rm(folder, { recursive: true });
  return outcome;
}

async function start(
  folder: string,
  request: LaunchRequest,
  rules: LocalRules,
): Promise<StartOutcome> {
  const logFile = join(folder, "supervisor.log");
  let supervisor: Supervisor;
  try {
    supervisor = await startSupervisor(rules.supervisor, logFile);
  } catch (error) {
    return { kind: "refused", failure: explainNoSupervisor(error) };
  }
  try {
    await writeRecord(folder, await recordOf(request, supervisor));
  } catch (error) {
    supervisor.dismiss();
    return { kind: "refused", failure: explainNoFolder(folder, error) };
  }
  const response = await supervisor.obey(orderOf(folder, request, rules), rules.timeoutMs);
  return outcomeOf(response, rules.supervisor, logFile);
}

async function recordOf(
  { instance, token, environment, timeoutSeconds }: LaunchRequest,
  { pid }: Supervisor,
) {
  return {
    instanceId: instance.id,
    scope: environment["BOT_SCOPE"] ?? "",
    token,
    timeoutSeconds,
    startedAt: Date.now(),
    supervisor: await identify(pid),
  };
}

function orderOf(
  folder: string,
  { environment, botEnvironment, timeoutSeconds }: LaunchRequest,
  { managerCommand, botCommand, handedOn, ports, killGraceMs }: LocalRules,
): Order {
  return {
    name: basename(folder),
    folder,
    programs: {
      bot: { command: botCommand, environment: botEnvironment },
      manager: { command: managerCommand, environment },
    },
    handedOn,
    ports,
    timeoutSeconds,
    killGraceMs,
  };
}

async function outcomeOf(
  response: Response,
  script: string,
  logFile: string,
): Promise<StartOutcome> {
  switch (response.kind) {
    case "started":
      return { kind: "launched" };
    case "refused":
      return response;
    case "silent":
      return { kind: "unknown", reason: "the supervisor did not answer in time" };
    case "ended": {
      const { signal } = response;
      // It may have been killed after it had started the programs.
      if (signal) return { kind: "unknown", reason: `the supervisor was ended by ${signal}` };
      const log = await readFile(logFile, "utf8");
      return { kind: "refused", failure: explainBrokenSupervisor(script, log) };
    }
  }
}
