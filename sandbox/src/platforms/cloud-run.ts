import { startCloudRun } from "../cloud-run/server.ts";
import type { Platform, PlatformOptions } from "./platform.ts";
import { loadSandboxJob } from "./sandbox-job.ts";

/** Starts the local Cloud Run with the job that a deployment applies. */
export async function startCloudRunPlatform({
  projectId,
  bot,
  ...options
}: PlatformOptions): Promise<Platform> {
  const job = await loadSandboxJob({ GCP_PROJECT_ID: projectId }, bot);
  const cloudRun = await startCloudRun({ ...job, ...options });
  return {
    cloudRun,
    functionsEnv: { CLOUD_RUN_ENDPOINT: `${cloudRun.host}:${cloudRun.port}` },
    stop: () => cloudRun.stop(),
  };
}
