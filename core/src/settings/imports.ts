import { bucketUri } from "../import/import-source.ts";
import { FILLED_PLACEHOLDERS, placeholdersOf } from "../import/meeting-path.ts";
import { parseStorageUrl } from "../storage-url.ts";
import { meetingsSettings } from "./meetings.ts";
import type { SettingValues } from "./read-settings.ts";
import { list, type Setting } from "./setting.ts";

/** The variables that say where finished recordings may be imported from. */
export const importSettings = {
  importBuckets: buckets("IMPORT_BUCKETS", {
    description:
      "The buckets that finished recordings of other meeting bots may be fetched from; none by default.",
    fallback: [],
  }),
};

type Values = SettingValues<typeof importSettings & typeof meetingsSettings>;

/** Says why an imported recording could not be given a meeting document. */
export function importProblems({
  importBuckets = [],
  meetingsPath = "",
}: Partial<Values>): string[] {
  const unknown = placeholdersOf(meetingsPath).filter(
    (name) => !FILLED_PLACEHOLDERS.includes(name),
  );
  if (importBuckets.length === 0 || unknown.length === 0) return [];
  const [path, known] = [meetingsSettings.meetingsPath.name, FILLED_PLACEHOLDERS];
  return [
    `${path} is "${meetingsPath}", but with ${importSettings.importBuckets.name} it may have no other placeholders than ${known.map((name) => `{${name}}`).join(" and ")}.`,
  ];
}

/** Buckets as URLs, separated by commas. */
function buckets(
  name: string,
  options: { description: string; fallback: readonly string[] },
): Setting<readonly string[]> {
  const { parse } = list(name, options);
  return {
    name,
    ...options,
    allowed: "s3://bucket or gs://bucket, separated by commas",
    parse: (text) => {
      const locations = parse(text)?.map((word) => parseStorageUrl(word));
      const found = locations?.flatMap((parsed) => (parsed.ok ? [parsed.location] : []));
      const isGood = found?.length === locations?.length && found?.every(({ key }) => key === "");
      return isGood ? found?.map(bucketUri) : undefined;
    },
  };
}
