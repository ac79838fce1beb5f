import { type Adapter, adapter } from "../adapter.ts";
import { ecsSettings } from "./settings.ts";

const REGISTERED = "shapes the task definition that is registered";

/** Runs bots as ECS tasks on Fargate. */
export const ecs: Adapter = adapter({
  settings: ecsSettings,
  jobMeanings: {
    managerImage: REGISTERED,
    botImage: REGISTERED,
    scratchSize: "shapes each task: from 21Gi to 200Gi",
    nodeEnvironment: "means nothing: it is in the task definition",
  },
  connect: async (platform, config) => (await import("./launcher.ts")).connectEcs(platform, config),
});
