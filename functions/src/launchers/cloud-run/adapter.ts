import { type Adapter, adapter } from "../adapter.ts";
import { cloudRunSettings } from "./settings.ts";

/** Runs bots as executions of a Cloud Run job. */
export const cloudRun: Adapter = adapter(cloudRunSettings, async (platform, config) =>
  (await import("./launcher.ts")).connectCloudRun(platform, config),
);
