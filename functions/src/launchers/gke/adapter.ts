import { type Adapter, adapter } from "../adapter.ts";
import { connectionProblems } from "./connection.ts";
import { gkeSettings } from "./settings.ts";

const EACH = "shapes each Job";

/** Runs bots as Kubernetes Jobs. */
export const gke: Adapter = adapter({
  settings: gkeSettings,
  jobMeanings: {
    managerImage: EACH,
    botImage: EACH,
    serviceAccount: "the name of a Kubernetes service account",
    scratchSize: EACH,
    nodeEnvironment: EACH,
  },
  checks: [connectionProblems],
  connect: async (platform, config) => (await import("./launcher.ts")).connectGke(platform, config),
});
