import type { Launcher } from "@meeting-bot/core";
import type { Config } from "../config.ts";

type Builder = (config: Config) => Promise<Launcher>;

/** The launchers by the word that `LAUNCHER` chooses them with; each loads its SDK when it is built. */
const LAUNCHERS: Record<Config["launcher"], Builder> = {
  "cloud-run": async (config) => (await import("./cloud-run-launcher.ts")).connectCloudRun(config),
};

/** Builds the launcher that the configuration asks for. */
export function buildLauncher(config: Config): Promise<Launcher> {
  return LAUNCHERS[config.launcher](config);
}
