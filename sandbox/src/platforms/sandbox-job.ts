import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { renderJob } from "../../../deploy/cloud-run/render.ts";
import { parseJob } from "../cloud-run/job-yaml.ts";
import type { CloudRunOptions } from "../cloud-run/server.ts";
import { ROOT } from "../root.ts";
import { BOT_IMAGE, localImages, MANAGER_IMAGE } from "./images.ts";

/** The job that a deployment applies, from the same `job.yaml`, with what stands in for its images here. */
export async function loadSandboxJob(
  values: Readonly<Record<string, string>>,
  bot: Readonly<Record<string, string>>,
): Promise<Pick<CloudRunOptions, "jobs" | "images">> {
  const template = await readFile(join(ROOT, "deploy/cloud-run/job.yaml"), "utf8");
  const yaml = renderJob(template, { ...values, MANAGER_IMAGE, MEETING_BOT_IMAGE: BOT_IMAGE });
  return { jobs: [parseJob(yaml)], images: localImages(bot) };
}
