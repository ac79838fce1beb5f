import fc from "fast-check";
import { MINUTE, SECOND } from "../../src/time.ts";
import { LINK } from "../support/instances.ts";
import type { LaunchAnswer } from "./actors.ts";
import type { Bot } from "./bot.ts";

/** The links of the rooms that there are. */
export const ROOMS = [LINK, "https://meet.google.com/xyz-defg-hij"];
/** Whose meetings there are. */
export const ORGANIZATIONS = ["A", "B"];
/** When meetings begin, after the beginning of the story; undefined is "now". */
export const STARTS = [
  undefined,
  undefined,
  5 * MINUTE,
  5 * MINUTE + 30 * SECOND,
  20 * MINUTE,
  50 * MINUTE,
] as const;
/** How long meetings say that they last. */
export const LENGTHS = [undefined, 15 * MINUTE, 30 * MINUTE] as const;

/** What can happen next. */
export type Happening =
  | { do: "write"; doc: number; org: number; room: number; start: number; length: number }
  | {
      do: "edit";
      doc: number;
      field: "start" | "end" | "room" | "org" | "formats" | "name";
      to: number;
    }
  | { do: "cancel" | "want" | "delete" | "overwrite" | "retry" | "erase"; doc: number }
  | { do: "copy"; doc: number; from: number }
  | { do: "pass"; seconds: number }
  | { do: "answer"; answer: LaunchAnswer }
  | { do: "bot"; bot: number; act: Parameters<Bot["act"]>[0] }
  | { do: "crash"; bot: number }
  | { do: "sweep" }
  | { do: "repeat"; event: number }
  | { do: "remove" | "restore"; instance: number };

/** A happening, and how far everything goes on before the next: to its rest, or so many steps. */
export type Chapter = Happening & {
  until: "rest" | number;
  fate: "go" | "kill" | "lose";
  order: number;
};

const doc = fc.nat({ max: 3 });
const bot = fc.nat({ max: 3 });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("write" as const),
      doc,
      org: fc.constantFrom(0, 0, 0, 1),
      room: fc.constantFrom(0, 0, 0, 0, 1),
      start: fc.nat({ max: STARTS.length - 1 }),
      length: fc.nat({ max: LENGTHS.length - 1 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("edit" as const),
      doc,
      field: fc.constantFrom("start", "end", "room", "org", "formats", "name"),
      to: fc.nat({ max: 5 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom("cancel", "want", "delete", "overwrite", "retry", "erase"),
      doc,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("copy" as const), doc, from: doc }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      seconds: fc.constantFrom(1, 11, 31, 61, 130, 200, 400, 900, 1800),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("answer" as const),
      answer: fc.constantFrom<LaunchAnswer>("accept", "refuse", "silent-started", "silent-lost"),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant("bot" as const),
      bot,
      act: fc.constantFrom(
        "start",
        "beat",
        "beat",
        "admit",
        "admit",
        "stall",
        "grow",
        "end",
        "end",
        "lobby",
        "deny",
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("crash" as const), bot }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("sweep" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("repeat" as const), event: fc.nat({ max: 9 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom("remove", "restore"),
      instance: fc.nat({ max: 2 }),
    }),
  },
);

const AT_REST = { until: "rest", fate: "go", order: 0 } as const;
const plan = (doc: number, start: number, length = 0): Chapter => ({
  ...{ do: "write", doc, org: 0, room: 0, start, length },
  ...AT_REST,
});
const acts = (bot: number, ...all: Parameters<Bot["act"]>[0][]): Chapter[] =>
  all.map((act) => ({ do: "bot", bot, act, ...AT_REST }));
const pass = (seconds: number): Chapter => ({ do: "pass", seconds, ...AT_REST });
const SWEEP: Chapter = { do: "sweep", ...AT_REST };

/** How stories begin that chance alone would tell too rarely. */
const BEGINNINGS: readonly (readonly Chapter[])[] = [
  [],
  // A bot that was asked for shortly before a planned start records when that one's time comes.
  [plan(0, 2), pass(130), plan(1, 0), ...acts(0, "start", "beat", "admit"), pass(61), SWEEP],
  // It was asked for long before.
  [plan(0, 0), ...acts(0, "start", "beat", "admit"), plan(1, 2), pass(200), SWEEP],
  // A bot is not let in, or falls out, as often as it may.
  [
    plan(0, 0),
    plan(1, 0),
    ...acts(0, "start", "beat", "deny"),
    { do: "retry", doc: 0, ...AT_REST },
  ],
  [plan(0, 0, 2), ...acts(0, "start", "beat", "admit", "end", "beat")],
  // Two meetings in one room, the first of which runs over.
  [
    plan(0, 2, 1),
    plan(1, 4),
    pass(200),
    SWEEP,
    ...acts(0, "start", "beat", "admit"),
    pass(900),
    SWEEP,
  ],
];

const goingOn: fc.Arbitrary<Chapter[]> = fc.array(
  fc
    .tuple(
      happening,
      fc.record({
        until: fc.oneof(
          { weight: 4, arbitrary: fc.constant("rest" as const) },
          { weight: 1, arbitrary: fc.nat({ max: 6 }) },
        ),
        fate: fc.constantFrom("go", "go", "go", "go", "kill", "lose"),
        order: fc.nat({ max: 1000 }),
      }),
    )
    .map(([what, how]) => ({ ...what, ...how })),
  { minLength: 3, maxLength: 30, size: "max" },
);

/** A story: what happens, one thing after the other. */
export const story: fc.Arbitrary<Chapter[]> = fc
  .tuple(fc.constantFrom(...BEGINNINGS), goingOn)
  .map(([beginning, rest]) => [...beginning, ...rest]);
