import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Execution, Launcher } from "@meeting-bot/core";
import { connectLocal } from "../../../functions/src/launchers/local/launcher.ts";
import type { LocalImage } from "../machine/machine.ts";
import { BOT_IMAGE, localImages, MANAGER_IMAGE } from "./images.ts";
import type { Platform, PlatformOptions } from "./platform.ts";

const LAUNCH_TIMEOUT_SECONDS = 20;
const LOOK_MS = 50;

/** Nothing stands in for this machine: here is only what a user would set to run bots on it. */
export async function startLocal({
  bot,
  scope,
  platformEnv,
  logDir,
}: PlatformOptions): Promise<Platform> {
  const { [MANAGER_IMAGE]: manager, [BOT_IMAGE]: simulator } = localImages(bot);
  const runsDir = join(logDir, "runs");
  const commands = { managerCommand: commandOf(manager), botCommand: commandOf(simulator) };
  const handedOn = Object.keys(platformEnv);
  const launcher = connectLocal(
    { runsDir, ...commands, handedOn, supervisor: "" },
    { launchTimeoutSeconds: LAUNCH_TIMEOUT_SECONDS },
  );
  return {
    functionsEnv: {
      LAUNCHER: "local",
      LOCAL_RUNS_DIR: runsDir,
      LOCAL_MANAGER_COMMAND: JSON.stringify(commands.managerCommand),
      LOCAL_BOT_COMMAND: JSON.stringify(commands.botCommand),
      LOCAL_ENVIRONMENT: handedOn.join(","),
      ...platformEnv,
    },
    stop: () => endAll(launcher, scope),
  };
}

/** Without the image's port: the launcher chooses one. */
function commandOf({ command, env = {} }: LocalImage = { command: [] }): string[] {
  const { PORT: _, ...others } = env;
  const variables = Object.entries(others).map(([name, value]) => `${name}=${value}`);
  return ["env", ...variables, ...command];
}

async function endAll(launcher: Launcher, scope: string): Promise<void> {
  const ended: Promise<void>[] = [];
  for await (const { execution } of launcher.list(scope)) ended.push(end(launcher, execution));
  await Promise.all(ended);
}

/** The launcher kills what does not end in ten seconds. */
async function end(launcher: Launcher, execution: Execution): Promise<void> {
  await launcher.cancel(execution);
  while ((await launcher.inspect(execution)).state === "running") await sleep(LOOK_MS);
}
