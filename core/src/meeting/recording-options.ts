import type { SettingValues } from "../settings/read-settings.ts";
import { ALLOWED_FORMATS, recordingSettings } from "../settings/recording.ts";
import { number } from "../settings/setting.ts";
import { type Problem, readMap } from "./fields.ts";

/** What becomes of a recording where its meeting asks for nothing else. */
export type RecordingDefaults = SettingValues<typeof recordingSettings>;

/** What becomes of one recording. */
export interface RecordingOptions extends RecordingDefaults {
  /** How long it may become; absent where the meeting does not say. */
  maxDurationMinutes?: number;
}

/** The options of a recording, or everything that is wrong with them. */
export type ParsedRecordingOptions =
  | { ok: true; options: RecordingOptions }
  | { ok: false; problems: Problem[] };

const FIELD = "recording_options";

/** The settings whose rules the options follow: each limit is stated once. */
const settings = {
  ...recordingSettings,
  maxDurationMinutes: number(`${FIELD}.max_duration_minutes`, {
    description: "How long the recording may become.",
    min: 1,
    fraction: true,
  }),
};

interface Option {
  key: keyof typeof settings;
  /** Writes a value of the right type as the setting has it. */
  write(value: unknown): string | undefined;
  /** Where a document has another type of value than a variable. */
  allowed?: string;
}

const OPTIONS: Readonly<Record<string, Option>> = {
  formats: { key: "recordingFormats", write: writeList, allowed: `a list of ${ALLOWED_FORMATS}` },
  crf: { key: "videoCrf", write: writeNumber },
  preset: { key: "videoPreset", write: writeWord },
  max_height: { key: "videoMaxHeight", write: writeNumber },
  audio_bitrate: { key: "audioBitrateKbps", write: writeNumber },
  conversion: { key: "conversion", write: writeWord },
  max_duration_minutes: { key: "maxDurationMinutes", write: writeNumber },
};

/**
 * Reads the `recording_options` of a meeting or a bot instance, in which nothing can be relied on.
 * What they do not say, or say with `null`, is as in `defaults`, of which only the keys of
 * `recordingSettings` are taken. Every problem is reported with its field, all of them at once.
 */
export function parseRecordingOptions(
  value: unknown,
  defaults: RecordingDefaults,
): ParsedRecordingOptions {
  const problems: Problem[] = [];
  const asked = readOptions(value, problems) ?? {};
  if (problems.length > 0) return { ok: false, problems };
  const keys = Object.keys(recordingSettings) as (keyof RecordingDefaults)[];
  const usual = Object.fromEntries(keys.map((key) => [key, defaults[key]]));
  return { ok: true, options: { ...usual, ...read(asked) } as RecordingOptions };
}

/**
 * The options as they were written, since what they come to depends on who reads them; undefined when
 * something is wrong with them.
 */
export function readOptions(
  value: unknown,
  problems: Problem[],
): Record<string, unknown> | undefined {
  const asked = readMap({ [FIELD]: value }, FIELD, problems);
  const found = findOptionProblems(asked ?? {});
  problems.push(...found);
  return found.length === 0 ? asked : undefined;
}

/** What is wrong with a map of options, whatever the defaults. */
function findOptionProblems(asked: Readonly<Record<string, unknown>>): Problem[] {
  const problems = Object.entries(OPTIONS).flatMap(([name, option]) => {
    const { key, allowed = settings[key].allowed } = option;
    const isGood = isAbsent(asked[name]) || parse(option, asked[name]) !== undefined;
    return isGood
      ? []
      : [{ field: `${FIELD}.${name}`, code: "unusable-option", message: `must be ${allowed}` }];
  });
  const unknown = Object.keys(asked)
    .filter((name) => !Object.hasOwn(OPTIONS, name))
    .sort();
  if (unknown.length === 0) return problems;
  const message = `has no option ${tell(unknown)}: there are ${Object.keys(OPTIONS).join(", ")}`;
  return [...problems, { field: FIELD, code: "unknown-option", message }];
}

const MAX_TOLD = 5;
const MAX_TOLD_CHARACTERS = 40;

/** A user's own words, few and short enough for a sentence. */
function tell(names: readonly string[]): string {
  const told = names.slice(0, MAX_TOLD).map((name) => {
    const word = JSON.stringify(name.slice(0, MAX_TOLD_CHARACTERS));
    return word.replaceAll(/[^ -~]/g, "?");
  });
  return names.length > MAX_TOLD ? `${told.join(", ")} and others` : told.join(", ");
}

/** The values of good options, by the keys of their settings. */
function read(asked: Readonly<Record<string, unknown>>): Partial<RecordingOptions> {
  const given = Object.entries(OPTIONS).filter(([name]) => !isAbsent(asked[name]));
  return Object.fromEntries(
    given.map(([name, option]) => [option.key, parse(option, asked[name])]),
  );
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function parse({ key, write }: Option, value: unknown): unknown {
  const text = write(value);
  return text === undefined ? undefined : settings[key].parse(text);
}

function writeNumber(value: unknown): string | undefined {
  return typeof value === "number" ? String(value) : undefined;
}

function writeWord(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function writeList(value: unknown): string | undefined {
  const isWord = (word: unknown) => typeof word === "string" && !word.includes(",");
  const isList = Array.isArray(value) && value.every(isWord);
  return isList ? value.join(",") : undefined;
}
