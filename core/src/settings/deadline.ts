import { leaseSettings } from "./lease.ts";
import { managerSettings } from "./manager.ts";
import type { SettingValues } from "./read-settings.ts";
import { number } from "./setting.ts";

/** The variables that bound a job as a whole. */
export const deadlineSettings = {
  processingMinutes: number("PROCESSING_MINUTES", {
    description: "How long converting and storing may take after a meeting.",
    fallback: 60,
    min: 0,
    fraction: true,
  }),
};

const { maxRecordingMinutes, jobTimeoutMinutes } = leaseSettings;
const { maxWaitMinutes, lobbyWaitMinutes } = managerSettings;
/** What a job's time is made of, and its limit. */
const budget = {
  maxRecordingMinutes,
  maxWaitMinutes,
  lobbyWaitMinutes,
  ...deadlineSettings,
  jobTimeoutMinutes,
};
type Budget = SettingValues<typeof budget>;

/** How long the manager waits for a meeting to end: never less than the bot may take. */
export function longestWaitMinutes(
  values: Pick<Budget, "maxWaitMinutes" | "maxRecordingMinutes" | "lobbyWaitMinutes">,
): number {
  return Math.max(values.maxWaitMinutes, values.maxRecordingMinutes + values.lobbyWaitMinutes);
}

/** Says, as a sum, why a job could be ended before it is through with the longest meeting. */
export function deadlineProblems(values: Partial<Budget>): string[] {
  if (!isComplete(values)) return [];
  const needed = longestWaitMinutes(values) + values.processingMinutes;
  if (needed < values.jobTimeoutMinutes) return [];
  const told = (key: keyof Budget) => `${budget[key].name} (${values[key]})`;
  const wait =
    longestWaitMinutes(values) === values.maxWaitMinutes
      ? told("maxWaitMinutes")
      : `${told("maxRecordingMinutes")} + ${told("lobbyWaitMinutes")}`;
  return [
    `${wait} + ${told("processingMinutes")} = ${needed} minutes, but a job is ended after ${told("jobTimeoutMinutes")}: raise that above ${needed}, or lower one of the others.`,
  ];
}

function isComplete(values: Partial<Budget>): values is Budget {
  return Object.keys(budget).every((key) => key in values);
}
