import type { BotInstance } from "@meeting-bot/core";
import { defined, toErrorJson, toLength, toTime } from "../json.ts";

/** How a bot that waits or is at work is getting on, as a meeting shows it. */
export function toBotJson(bot: BotInstance): object {
  const { phase, attempt, progress, wakeAt, error, wantedLinks } = bot;
  const { secondsRecorded, bytesStored, fractionConverted } = progress ?? {};
  return defined({
    phase,
    attempt,
    meetings: wantedLinks,
    takes_over_from: bot.takesOverFrom,
    succeeded_by: bot.succeededBy,
    progress: progress && {
      seconds_recorded: toLength(secondsRecorded),
      bytes_stored: toLength(bytesStored),
      fraction_converted: toLength(fractionConverted),
    },
    wake_at: toTime(wakeAt),
    error: toErrorJson(error),
  });
}
