import { number } from "./setting.ts";

/** The variables that each launch hands on to the bot's container, as they are. */
export const botSettings = {
  inactivityMinutes: number("MEETING_INACTIVITY_MINUTES", {
    description: "How long the bot stays where it is alone or nobody speaks.",
    fallback: 15,
    min: 1,
  }),
  inactivityDelayMinutes: number("INACTIVITY_DETECTION_START_DELAY_MINUTES", {
    description: "How long after joining the bot begins to look for inactivity.",
    fallback: 5,
    min: 0,
  }),
};
