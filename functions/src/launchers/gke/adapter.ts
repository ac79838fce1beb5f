import { type Adapter, adapter } from "../adapter.ts";
import { connectionProblems } from "./connection.ts";
import { gkeSettings } from "./settings.ts";

/** Runs bots as Kubernetes Jobs. */
export const gke: Adapter = adapter(
  gkeSettings,
  async (platform, config) => (await import("./launcher.ts")).connectGke(platform, config),
  connectionProblems,
);
