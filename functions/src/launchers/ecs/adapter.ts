import { type Adapter, adapter } from "../adapter.ts";
import { ecsSettings } from "./settings.ts";

/** Runs bots as ECS tasks on Fargate. */
export const ecs: Adapter = adapter(ecsSettings, async (platform, config) =>
  (await import("./launcher.ts")).connectEcs(platform, config),
);
