import { ConfigurationError } from "../errors.ts";
import type { Setting } from "./setting.ts";

/** Environment variables as the process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What settings hold once they are read: a value by the same key. */
export type SettingValues<Settings> = {
  [Key in keyof Settings]: Settings[Key] extends Setting<infer T> ? T : never;
};

/**
 * Reads every setting, or throws one `ConfigurationError` that lists all problems: each with the
 * variable's name, what was found and what is allowed. A variable that is empty counts as not set.
 */
export function readSettings<Settings extends Readonly<Record<string, Setting<unknown>>>>(
  settings: Settings,
  environment: Environment,
): SettingValues<Settings> {
  const read = Object.entries(settings).map(
    ([key, setting]) => [key, readSetting(setting, environment[setting.name])] as const,
  );
  const problems = read.flatMap(([, value]) => (value instanceof Problem ? [value.message] : []));
  if (problems.length > 0) {
    throw new ConfigurationError(`The configuration cannot work:\n- ${problems.join("\n- ")}`);
  }
  return Object.fromEntries(read) as SettingValues<Settings>;
}

class Problem {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

function readSetting(setting: Setting<unknown>, found: string | undefined): unknown {
  if (found !== undefined && found !== "") {
    return (
      setting.parse(found) ??
      new Problem(`${setting.name} is "${found}", but must be ${setting.allowed}.`)
    );
  }
  if (setting.fallback !== undefined) return setting.fallback;
  return new Problem(
    `${setting.name} is not set: ${setting.description} It must be ${setting.allowed}.`,
  );
}
