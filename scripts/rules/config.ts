import {
  accessSettings,
  type Environment,
  meetingsProblems,
  meetingsSettings,
  namingProblems,
  namingSettings,
  projectSettings,
  readSettings,
  type SettingValues,
} from "@meeting-bot/core";

/** The variables that security rules depend on. */
export const rulesSettings = {
  database: projectSettings.database,
  ...accessSettings,
  ...meetingsSettings,
  ...namingSettings,
};

/** What security rules depend on. */
export type RulesConfig = SettingValues<typeof rulesSettings>;

/** Reads it. Throws one `ConfigurationError` that lists every problem, also those that only rules have. */
export function readRulesConfig(environment: Environment): RulesConfig {
  const checks = [meetingsProblems, namingProblems, spellingProblems, ownershipProblems];
  return readSettings(rulesSettings, environment, ...checks);
}

/** What a path in rules can spell without escapes. */
const SEGMENT = /^([\w-]+|\{\w+\})$/;

function spellingProblems({ meetingsPath, membershipPath }: Partial<RulesConfig>): string[] {
  const paths = [
    { ...rulesSettings.meetingsPath, path: meetingsPath },
    { ...rulesSettings.membershipPath, path: membershipPath },
  ];
  return paths.flatMap(({ name, path = "" }) =>
    path.split("/").every((segment) => path === "" || SEGMENT.test(segment))
      ? []
      : [`${name} is "${path}", but rules can be written only for letters, digits, _ and -.`],
  );
}

/** Rules for meetings that lie in a collection of ours would let clients write there. */
function ownershipProblems({ meetingsPath = "" }: Partial<RulesConfig>): string[] {
  const { name } = rulesSettings.meetingsPath;
  return meetingsPath.split("/").some((segment) => segment.startsWith("bot_"))
    ? [`${name} is "${meetingsPath}", but what begins with bot_ is not for clients to write.`]
    : [];
}
