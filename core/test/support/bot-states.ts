import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import type { ServeFacts } from "../../src/meeting/hold.ts";
import type { Meeting } from "../../src/meeting/meeting.ts";
import { MINUTE } from "../../src/time.ts";
import { NOW } from "./instances.ts";
import { doneFor, factsOf, sentFor, waitingFor } from "./meetings.ts";

const ENDED = { phase: undefined, wakeAt: undefined, processedAt: NOW - MINUTE };

/** Every state that the bot of a meeting can be in, which was made for what `asked` asks for. */
const STATES = {
  waiting: (asked) => ({ linked: waitingFor(asked) }),
  "at work": (asked) => ({ linked: sentFor(asked) }),
  recording: (asked) => ({ linked: sentFor(asked, { phase: "recording" }) }),
  leaving: (asked) => ({ linked: sentFor(asked, { cancelRequestedAt: NOW - 1 }) }),
  pausing: (asked) => ({
    linked: sentFor(asked, { status: "queued", phase: undefined, wakeAt: NOW + MINUTE }),
  }),
  converting: (asked) => ({
    linked: sentFor(asked, { phase: "converting", recordingEndedAt: NOW - MINUTE }),
  }),
  finishing: (asked) => ({
    linked: sentFor(asked, { status: "queued", phase: undefined, finishOnly: true }),
  }),
  done: (asked) => ({ linked: doneFor(asked) }),
  failed: (asked) => ({ linked: sentFor(asked, { status: "failed", ...ENDED }) }),
  cancelled: (asked) => ({ linked: sentFor(asked, { status: "cancelled", ...ENDED }) }),
  "merged into one at work": (asked) => ({
    linked: sentFor(asked, { status: "cancelled", ...ENDED, mergedInto: "other" }),
    survivor: sentFor(asked, { id: "other", wantedLinks: 2 }),
  }),
  "tried again by one at work": (asked) => ({
    linked: sentFor(asked, { status: "failed", ...ENDED, retriedBy: "other" }),
    survivor: sentFor(asked, { id: "other", wantedLinks: 2 }),
  }),
  gone: () => ({}),
} as const satisfies Record<
  string,
  (asked: Meeting) => { linked?: BotInstance; survivor?: BotInstance }
>;
/** The name of a state. */
export type BotState = keyof typeof STATES;
/** All of them. */
export const BOT_STATES = Object.keys(STATES) as BotState[];

/** What is known of a meeting whose bot, made for what `asked` asks for, is in a state. */
export function factsIn(state: BotState, meeting: Meeting | undefined, asked: Meeting): ServeFacts {
  const { linked, survivor }: { linked?: BotInstance; survivor?: BotInstance } =
    STATES[state](asked);
  return factsOf(meeting, linked, [], { survivor });
}
