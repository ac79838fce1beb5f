import type { Launcher } from "@meeting-bot/core";
import { connectEcs } from "../../../../src/launchers/ecs/launcher.ts";
import { arnOf, REGION, REQUEST, TASK } from "./requests.ts";

const FEDERATION = { roleArn: "", roleAudience: "", stsEndpoint: "" };

/** A launcher of the task of these tests, connected to what answers for ECS at `endpoint`. */
export function connectTo(endpoint: string, launchTimeoutSeconds = 10): Launcher {
  return connectEcs(
    { ...TASK, ...FEDERATION, region: REGION, scratchGibibytes: 60, endpoint },
    { launchTimeoutSeconds },
  );
}

/** A task as ECS describes one that was launched with `REQUEST`. */
export function taskOf(id: string, more: object = {}): object {
  const environment = Object.entries(REQUEST.environment).map(([name, value]) => ({ name, value }));
  return {
    taskArn: arnOf(id),
    lastStatus: "RUNNING",
    createdAt: 1_900_000_000,
    overrides: { containerOverrides: [{ name: "manager", environment }] },
    ...more,
  };
}

/** What an attempt throws; undefined when it does not. */
export function thrownBy(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
}
