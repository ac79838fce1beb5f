import type { SettingValues } from "./read-settings.ts";
import { oneOf, pattern } from "./setting.ts";

/** The variables that say which documents are meetings. */
export const meetingsSettings = {
  meetingsPath: pattern("MEETINGS_COLLECTION_PATH", {
    description:
      "The collection of the meetings; a document on the way to it may be any: `organizations/{organizationId}/meetings`. With `collection_group`, the id that all their collections have.",
    fallback: "meetings",
    form: /^[^/{}]+(\/([^/{}]+|\{\w+\})\/[^/{}]+)*$/,
    allowed: "a collection's path such as meetings or organizations/{organizationId}/meetings",
  }),
  meetingsQueryMode: oneOf("MEETINGS_QUERY_MODE", ["collection", "collection_group"], {
    description: "Whether the meetings are in that one place, or in every collection of that id.",
    fallback: "collection",
  }),
};

/** What is wrong with where the meetings are said to be. */
export function meetingsProblems({
  meetingsPath,
  meetingsQueryMode,
}: Partial<SettingValues<typeof meetingsSettings>>): string[] {
  if (meetingsQueryMode !== "collection_group" || !meetingsPath?.includes("/")) return [];
  const { meetingsPath: path, meetingsQueryMode: mode } = meetingsSettings;
  return [
    `${path.name} is "${meetingsPath}", but with ${mode.name}=${meetingsQueryMode} it must be a collection's id such as meetings.`,
  ];
}
