import { isKnownHost, KNOWN_HOSTS } from "../meeting/meeting-hosts.ts";
import type { SettingValues } from "./read-settings.ts";
import { list, oneOf, pattern, type Setting } from "./setting.ts";

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

/** The variable that says which meetings bots may be sent to, under the key of `LinkRules`. */
export const linkSettings = {
  allowedMeetingHosts: hosts("ALLOWED_MEETING_HOSTS", {
    description:
      "The hosts that bots may be sent to; `*.` stands for all that are below one. A link that leads elsewhere is refused.",
    fallback: KNOWN_HOSTS,
  }),
};

/** Hosts, separated by commas, of those that a bot knows what to do with. */
function hosts(
  name: string,
  options: { description: string; fallback: readonly string[] },
): Setting<readonly string[]> {
  const { parse } = list(name, options);
  return {
    name,
    ...options,
    allowed: `hosts, separated by commas, all of which are among ${KNOWN_HOSTS.join(", ")}`,
    parse: (value) => {
      const words = parse(value.toLowerCase());
      return words?.every(isKnownHost) ? words : undefined;
    },
  };
}

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
