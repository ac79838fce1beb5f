import { join } from "node:path";
import type { LocalImage } from "../machine/machine.ts";
import { ROOT } from "../root.ts";

/** The images' names, as the sandbox calls them. */
export const MANAGER_IMAGE = "manager";
export const BOT_IMAGE = "meeting-bot";

/**
 * What stands in for the images here: the built manager, and the bot's simulator behind the derived
 * image's own entry point.
 */
export function localImages(bot: Readonly<Record<string, string>>): Record<string, LocalImage> {
  const entrypoint = join(ROOT, "deploy/meeting-bot/entrypoint.sh");
  const simulator = join(ROOT, "sandbox/src/meeting-bot/main.ts");
  return {
    [MANAGER_IMAGE]: { command: [process.execPath, join(ROOT, "job-runner/lib/supervisor.js")] },
    [BOT_IMAGE]: {
      command: ["sh", entrypoint, process.execPath, simulator],
      env: { PORT: "3000", ...bot },
    },
  };
}
