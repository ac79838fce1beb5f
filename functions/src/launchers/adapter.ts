import type {
  Check,
  Environment,
  Examined,
  Launcher,
  Settings,
  SettingValues,
} from "@meeting-bot/core";
import { examineSettings } from "@meeting-bot/core";
import type { Config } from "../config.ts";

/** How to run bots on one platform. */
export interface Adapter {
  /** The variables that only this platform needs. */
  settings: Settings;
  /** Reads them, and tells everything that is wrong with them. */
  examine(environment: Environment): Examined<Settings>;
  /** Connects to the platform, whose SDK is loaded only then. */
  connect(config: Config): Promise<Launcher>;
}

/** An adapter of its settings, of how to connect with what they hold, and of what must not contradict itself in them. */
export function adapter<S extends Settings>(
  settings: S,
  connect: (platform: SettingValues<S>, config: Config) => Promise<Launcher>,
  ...checks: Check<S>[]
): Adapter {
  return {
    settings,
    examine: (environment) => examineSettings(settings, environment, ...checks),
    // `readConfig` has read `platform` by the settings of the launcher that it names.
    connect: (config) => connect(config.platform as SettingValues<S>, config),
  };
}
