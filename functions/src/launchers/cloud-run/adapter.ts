import { type Adapter, adapter } from "../adapter.ts";
import { cloudRunSettings } from "./settings.ts";

const APPLIED = "shapes the Job that is applied";

/** Runs bots as executions of a Cloud Run job. */
export const cloudRun: Adapter = adapter({
  settings: cloudRunSettings,
  jobMeanings: {
    managerImage: APPLIED,
    botImage: APPLIED,
    serviceAccount: APPLIED,
    scratchSize: APPLIED,
    nodeEnvironment: APPLIED,
  },
  connect: async (platform, config) =>
    (await import("./launcher.ts")).connectCloudRun(platform, config),
});
