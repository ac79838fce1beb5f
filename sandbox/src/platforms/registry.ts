import type { LauncherKind } from "../../../functions/src/launchers/registry.ts";
import { startCloudRunPlatform } from "./cloud-run.ts";
import { startEcsPlatform } from "./ecs.ts";
import { startGke } from "./gke.ts";
import { startLocal } from "./local.ts";
import type { Platform, PlatformOptions } from "./platform.ts";

/** What stands in for each launcher's platform. */
export const PLATFORMS: Readonly<
  Record<LauncherKind, (options: PlatformOptions) => Promise<Platform>>
> = {
  "cloud-run": startCloudRunPlatform,
  gke: startGke,
  ecs: startEcsPlatform,
  local: startLocal,
};
