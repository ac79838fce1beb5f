import type { Launcher } from "@meeting-bot/core";
import type { Config } from "../config.ts";
import type { Adapter } from "./adapter.ts";
import { cloudRun } from "./cloud-run/adapter.ts";
import { ecs } from "./ecs/adapter.ts";
import { gke } from "./gke/adapter.ts";
import { local } from "./local/adapter.ts";

/** The launchers by the word that `LAUNCHER` chooses them with. */
export const LAUNCHERS = {
  "cloud-run": cloudRun,
  gke,
  ecs,
  local,
} as const satisfies Record<string, Adapter>;

/** The words that `LAUNCHER` may be. */
export type LauncherKind = keyof typeof LAUNCHERS;

/** What runs the bots where nothing else is asked for. */
export const DEFAULT_LAUNCHER: LauncherKind = "cloud-run";

/** Builds the launcher that a configuration asks for. */
export function buildLauncher(config: Config): Promise<Launcher> {
  return LAUNCHERS[config.launcher].connect(config);
}
