import { ConfigurationError } from "../errors.ts";
import type { Setting } from "./setting.ts";

/** Environment variables as the process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Settings by the key that their value gets. */
export type Settings = Readonly<Record<string, Setting<unknown>>>;

/** What settings hold once they are read: a value by the same key. */
export type SettingValues<S> = {
  [Key in keyof S]: S[Key] extends Setting<infer T> ? T : never;
};

/** Looks for contradictions between settings; a value that could not be read is missing. */
export type Check<S> = (values: Partial<SettingValues<S>>) => string[];

/** What reading came to: every value that there is, and a sentence for every problem. */
export interface Examined<S> {
  values: Partial<SettingValues<S>>;
  problems: string[];
}

/**
 * Reads every setting, or throws one `ConfigurationError` that lists all problems: each with the
 * variable's name, what was found and what is allowed. A variable that is empty counts as not set.
 */
export function readSettings<S extends Settings>(
  settings: S,
  environment: Environment,
  ...checks: Check<S>[]
): SettingValues<S> {
  const { values, problems } = examineSettings(settings, environment, ...checks);
  if (problems.length === 0) return values as SettingValues<S>;
  throw configurationError(problems);
}

/** One error for all problems. */
export function configurationError(problems: readonly string[]): ConfigurationError {
  return new ConfigurationError(`The configuration cannot work:\n- ${problems.join("\n- ")}`);
}

/** Reads what can be read of the settings, and tells everything that is wrong with them. */
export function examineSettings<S extends Settings>(
  settings: S,
  environment: Environment,
  ...checks: Check<S>[]
): Examined<S> {
  const read = Object.entries(settings).map(
    ([key, setting]) => [key, readSetting(setting, environment)] as const,
  );
  const isProblem = (value: unknown) => value instanceof Problem;
  const usable = read.filter(([, value]) => !isProblem(value));
  const values = Object.fromEntries(usable) as Partial<SettingValues<S>>;
  const unusable = read.flatMap(([, value]) => (value instanceof Problem ? [value.message] : []));
  return { values, problems: [...unusable, ...checks.flatMap((check) => check(values))] };
}

class Problem {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

function readSetting(setting: Setting<unknown>, environment: Environment): unknown {
  const { name, inherits = [], fallback, description, allowed } = setting;
  const source = [name, ...inherits].find((variable) => environment[variable]) ?? name;
  const found = environment[source];
  if (found) {
    return setting.parse(found) ?? new Problem(`${source} is "${found}", but must be ${allowed}.`);
  }
  if (fallback !== undefined) return fallback;
  return new Problem(`${name} is not set: ${description} It must be ${allowed}.`);
}
