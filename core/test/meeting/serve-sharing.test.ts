import { expect } from "chai";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { HOUR, MINUTE, SECOND } from "../../src/time.ts";
import { NOW } from "../support/instances.ts";
import {
  doneFor,
  factsOf,
  iso,
  meetingWith,
  outcomeOf,
  sentFor,
  waitingFor,
} from "../support/meetings.ts";

/** A meeting that is planned for an instant, or for now. */
const asked = (at?: number, fields: object = {}) =>
  meetingWith({ ...(at !== undefined && { start: iso(at) }), ...fields });
const RECORDING = { phase: "recording", progress: { bytesStored: 1 } } as const;
const planned = (at: number, fields: Partial<BotInstance> = {}) =>
  waitingFor(asked(at), { id: "other", ...fields });
const there = (at?: number, fields: Partial<BotInstance> = {}) =>
  sentFor(asked(at), { id: "other", ...RECORDING, ...fields });
const done = (at?: number, fields: Partial<BotInstance> = {}) =>
  doneFor(asked(at), { id: "other", ...fields });

const HALF = HOUR / 2;
const NEW = "created, new processing";
type Row = [
  what: string,
  meeting: ReturnType<typeof asked>,
  others: BotInstance[],
  outcome: string,
];

const ROWS: Record<string, Row[]> = {
  "a copy of a planned meeting": [
    ["joins its bot", asked(NOW + HOUR), [planned(NOW + HOUR)], "joined, other queued"],
    [
      "joins it from 30 s before",
      asked(NOW + HOUR - 30 * SECOND),
      [planned(NOW + HOUR)],
      "joined, other queued",
    ],
    [
      "joins it from 30 s after",
      asked(NOW + HOUR + 30 * SECOND),
      [planned(NOW + HOUR)],
      "joined, other queued",
    ],
    [
      "is another meeting two minutes later",
      asked(NOW + HOUR + 2 * MINUTE),
      [planned(NOW + HOUR)],
      "created, new queued",
    ],
    [
      "is another meeting where the other ends at its start",
      asked(NOW + HOUR + MINUTE),
      [planned(NOW + HOUR, { endAt: NOW + HOUR + MINUTE })],
      "created, new queued",
    ],
    [
      "joins the nearest of several",
      asked(NOW + HOUR),
      [
        planned(NOW + HOUR - 100 * SECOND, { id: "far" }),
        planned(NOW + HOUR + 50 * SECOND, { id: "near" }),
      ],
      "joined, near queued",
    ],
    [
      "joins the earlier of two as near",
      asked(NOW + HOUR),
      [
        planned(NOW + HOUR + 50 * SECOND, { id: "later" }),
        planned(NOW + HOUR - 50 * SECOND, { id: "earlier" }),
      ],
      "joined, earlier queued",
    ],
    ["joins the bot at work", asked(NOW - HALF), [there(NOW - HALF)], "joined, other processing"],
    [
      "is measured from where its bot was first planned, wherever that moved",
      asked(NOW + HOUR),
      [planned(NOW + HOUR, { startAt: NOW + 2 * HOUR })],
      "joined, other queued",
    ],
  ],
  "a copy that comes late": [
    ["has the recording", asked(NOW - HALF), [done(NOW - HALF)], "joined, other done"],
    [
      "does not have one that was erased",
      asked(NOW - HALF),
      [done(NOW - HALF, { recordingErasedAt: NOW, outputs: [] })],
      NEW,
    ],
    [
      "does not have one that was called off",
      asked(NOW - HALF),
      [done(NOW - HALF, { cancelRequestedAt: NOW - MINUTE })],
      NEW,
    ],
    [
      "does not have one that was tried again",
      asked(NOW - HALF),
      [done(NOW - HALF, { retriedBy: "x" })],
      NEW,
    ],
    ["does not have one that ended before its start", asked(NOW), [done(NOW - MINUTE)], NEW],
    [
      "has nothing of a bot that failed",
      asked(NOW - HALF),
      [there(NOW - HALF, { status: "failed" })],
      NEW,
    ],
    [
      "of an occurrence that was recorded and has moved, is recorded then",
      asked(NOW + HOUR, { occurrence_start_utc: iso(NOW - HALF) }),
      [done(NOW - HALF)],
      "created, new queued",
    ],
  ],
  "a meeting for now": [
    ["joins the bot that is there", asked(), [there(NOW - HOUR)], "joined, other processing"],
    [
      "joins the bot that is on its way",
      asked(),
      [there(undefined, { phase: "joining", progress: {} })],
      "joined, other processing",
    ],
    ["joins the planned one that is due", asked(), [planned(NOW + MINUTE)], "joined, other queued"],
    ["joins no planned one of later", asked(), [planned(NOW + 3 * MINUTE)], NEW],
    [
      "does not join one that has stopped recording",
      asked(),
      [there(NOW - HOUR, { recordingEndedAt: NOW - MINUTE })],
      "created, other handing over to new, new processing",
    ],
    [
      "does not join one that was told to leave",
      asked(),
      [there(NOW - HOUR, { cancelRequestedAt: NOW })],
      NEW,
    ],
    ["does not join one that converts", asked(), [there(NOW - HOUR, { phase: "converting" })], NEW],
    [
      "does not join one that only finishes",
      asked(),
      [there(NOW - HOUR, { status: "queued", finishOnly: true })],
      NEW,
    ],
    [
      "does not join one that gives way to the next",
      asked(),
      [there(NOW - HOUR, { succeededBy: "next", leaveAt: NOW })],
      NEW,
    ],
    [
      "joins one that is to come back",
      asked(),
      [there(NOW - HOUR, { status: "queued", phase: undefined })],
      "joined, other queued",
    ],
    ["has no recording of before", asked(), [done()], NEW],
  ],
  "a planned meeting whose time has come": [
    [
      "joins an ad-hoc bot that records and was asked for shortly before",
      asked(NOW + MINUTE),
      [there(undefined, { createdAt: NOW - 2 * MINUTE })],
      "joined, other processing",
    ],
    [
      "takes over from one that was asked for long before",
      asked(NOW + MINUTE),
      [there(undefined, { createdAt: NOW - HOUR })],
      "created, other handing over to new, new processing",
    ],
    [
      "joins one that was asked for shortly before and is still at the door",
      asked(NOW),
      [there(undefined, { phase: "waiting", progress: {}, createdAt: NOW - MINUTE })],
      "joined, other processing",
    ],
    [
      "takes over from the one before it in a personal room",
      asked(NOW),
      [there(NOW - HOUR, { endAt: NOW })],
      "created, other handing over to new, new processing",
    ],
    [
      "comes too late where the next one has begun",
      asked(NOW - HALF),
      [there(NOW)],
      "created, new failed",
    ],
  ],
  "a planned meeting of later": [
    ["waits, whatever is in the room now", asked(NOW + HOUR), [there()], "created, new queued"],
  ],
  "a meeting that shares with nobody": [
    [
      "gets a bot of its own without an organisation",
      asked(NOW, { creator_organization_id: null }),
      [there(NOW)],
      NEW,
    ],
    [
      "is told what is wrong with it, whatever is in the room",
      asked(NOW, { bot_name: 7 }),
      [there(NOW)],
      "created, new failed",
    ],
  ],
};

for (const [which, rows] of Object.entries(ROWS)) {
  describe(which, () => {
    for (const [what, meeting, others, outcome] of rows) {
      it(`${what}: ${outcome}`, () => {
        expect(outcomeOf(factsOf(meeting, undefined, others))).to.equal(outcome);
      });
    }
  });
}
