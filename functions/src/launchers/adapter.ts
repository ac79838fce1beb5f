import type {
  Check,
  Environment,
  Examined,
  jobSettings,
  Launcher,
  Settings,
  SettingValues,
} from "@meeting-bot/core";
import { examineSettings } from "@meeting-bot/core";
import type { Config } from "../config.ts";

/**
 * What the variables that shape a job do on one platform, in words for its column of docs/configuration.md;
 * one that does nothing there is left out.
 */
export type JobMeanings = Readonly<Partial<Record<keyof typeof jobSettings, string>>>;

/** How to run bots on one platform. */
export interface Adapter {
  /** The variables that only this platform needs. */
  settings: Settings;
  jobMeanings: JobMeanings;
  /** Reads the settings, and tells everything that is wrong with them. */
  examine(environment: Environment): Examined<Settings>;
  /** Connects to the platform, whose SDK is loaded only then. */
  connect(config: Config): Promise<Launcher>;
}

/** What an adapter is made of. */
interface Parts<S extends Settings> {
  settings: S;
  jobMeanings?: JobMeanings;
  /** What must not contradict itself in the settings. */
  checks?: readonly Check<S>[];
  /** Connects with what the settings hold. */
  connect(platform: SettingValues<S>, config: Config): Promise<Launcher>;
}

/** Makes an adapter of its parts. */
export function adapter<S extends Settings>(parts: Parts<S>): Adapter {
  const { settings, jobMeanings = {}, checks = [], connect } = parts;
  return {
    settings,
    jobMeanings,
    examine: (environment) => examineSettings(settings, environment, ...checks),
    // `readConfig` has read `platform` by the settings of the launcher that it names.
    connect: (config) => connect(config.platform as SettingValues<S>, config),
  };
}
