import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { renderJob } from "../../deploy/cloud-run/render.ts";
import { parseJob } from "./cloud-run/job-yaml.ts";
import type { CloudRunOptions } from "./cloud-run/server.ts";
import { ROOT } from "./root.ts";

const MANAGER_IMAGE = "manager";
const BOT_IMAGE = "meeting-bot";

/**
 * The job that a deployment applies, from the same `job.yaml`, with what stands in for its images
 * here: the built manager, and the bot's simulator behind the derived image's own entry point.
 */
export async function loadSandboxJob(
  values: Readonly<Record<string, string>>,
  bot: Readonly<Record<string, string>>,
): Promise<Pick<CloudRunOptions, "jobs" | "images">> {
  const template = await readFile(join(ROOT, "deploy/cloud-run/job.yaml"), "utf8");
  const yaml = renderJob(template, { ...values, MANAGER_IMAGE, MEETING_BOT_IMAGE: BOT_IMAGE });
  const entrypoint = join(ROOT, "deploy/meeting-bot/entrypoint.sh");
  const simulator = join(ROOT, "sandbox/src/meeting-bot/main.ts");
  return {
    jobs: [parseJob(yaml)],
    images: {
      [MANAGER_IMAGE]: { command: [process.execPath, join(ROOT, "job-runner/lib/supervisor.js")] },
      [BOT_IMAGE]: {
        command: ["sh", entrypoint, process.execPath, simulator],
        env: { PORT: "3000", ...bot },
      },
    },
  };
}
