import { ConfigurationError, type Launcher } from "@meeting-bot/core";
import type { Config } from "../config.ts";

type Builder = (config: Config) => Promise<Launcher>;

/** The launchers by the word that `LAUNCHER` chooses them with; each loads its SDK when it is built. */
const LAUNCHERS: Record<string, Builder> = {
  "cloud-run": async (config) => (await import("./cloud-run-launcher.ts")).connectCloudRun(config),
};

/** Builds the launcher that the configuration asks for. Throws a `ConfigurationError` for an unknown one. */
export async function buildLauncher(config: Config): Promise<Launcher> {
  const build = LAUNCHERS[config.launcher];
  if (build) return build(config);
  const known = Object.keys(LAUNCHERS).join(", ");
  throw new ConfigurationError(`LAUNCHER is "${config.launcher}", but must be one of ${known}.`);
}
