import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { inspect, parseArgs } from "node:util";
import * as core from "@meeting-bot/core";
import { countOperations, type Operations } from "./operations/count.ts";
import { type Core, HEARTBEATS, Life } from "./operations/life.ts";
import { startDatabase } from "./world/database.ts";

/** What a meeting may cost; a further copy is one that is there before its bot is launched. */
const BOUNDS = { launchReads: 4, launchWrites: 5, meetingWrites: 25 + HEARTBEATS, copyWrites: 6 };
/** What it may cost more than another version of the core. */
const MORE_WRITES = { meeting: 5, copy: 2 };
/** A poll every ten seconds reads the queue and the meetings, and writes its own lease each tenth of a minute. */
const POLLING_A_DAY = { reads: 43_200, writes: 8_640 };
/** What the polling design adds for a meeting: discover and link, enqueue, claim, mark. */
const POLLING_A_MEETING = { reads: 4, writes: 4 };
/** The sweep asks every minute. */
const SWEEPS_A_DAY = 1440;

/** What meetings cost with one version of the core. */
export interface Figures {
  /** Of a meeting that asks for a bot now, until that is launched. */
  launch: Operations;
  /** The same, with an hour's recording, to its end. */
  meeting: Operations;
  /** Of one that was planned. */
  planned: Operations;
  /** What each further document of the same meeting adds. */
  copy: Operations;
  plannedCopy: Operations;
  /** A sweep that finds nothing. */
  sweep: Operations;
}

/**
 * Counts, at the client, the Firestore documents that one meeting reads and writes on the real store,
 * and prints them beside those of a controller that polls, and of the checkout that `--before` names;
 * whether they are within their bounds.
 */
export async function runOperations(args: readonly string[]): Promise<boolean> {
  const options = { json: { type: "boolean" }, before: { type: "string" } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const figures = await measureOperations();
  const before = values.before === undefined ? undefined : await measureBefore(values.before);
  const report = {
    ...figures,
    a_day: [0, 10, 1000].map((count) => ofADay(figures, count)),
    before,
  };
  process.stdout.write(`${values.json ? JSON.stringify(report) : inspect(report, { depth: 4 })}\n`);
  return isWithinBounds(figures) && (!before || costsLittleMore(figures, before));
}

/** What meetings cost, with this checkout's core or another one's. */
export async function measureOperations(used: Core = core): Promise<Figures> {
  await using parts = new AsyncDisposableStack();
  const { firestore } = await startDatabase(parts, "operations");
  const life = new Life(firestore, countOperations(firestore), used);
  const { launch, meeting } = await life.cost({ isPlanned: false, copies: 0 });
  const { meeting: withCopy } = await life.cost({ isPlanned: false, copies: 1 });
  const { meeting: planned } = await life.cost({ isPlanned: true, copies: 0 });
  const { meeting: plannedWithCopy } = await life.cost({ isPlanned: true, copies: 1 });
  return {
    launch,
    meeting,
    planned,
    copy: less(withCopy, meeting),
    plannedCopy: less(plannedWithCopy, planned),
    sweep: await life.idle(),
  };
}

async function measureBefore(checkout: string): Promise<Figures> {
  const index = pathToFileURL(resolve(checkout, "core/src/index.ts")).href;
  return measureOperations((await import(index)) as Core);
}

function isWithinBounds({ launch, meeting, planned, copy, plannedCopy }: Figures): boolean {
  return (
    launch.reads <= BOUNDS.launchReads &&
    launch.writes <= BOUNDS.launchWrites &&
    [meeting, planned].every(({ writes }) => writes <= BOUNDS.meetingWrites) &&
    [copy, plannedCopy].every(({ writes }) => writes <= BOUNDS.copyWrites)
  );
}

function costsLittleMore(now: Figures, before: Figures): boolean {
  const more = (name: keyof Figures) => allWrites(now[name]) - allWrites(before[name]);
  return (
    [more("meeting"), more("planned")].every((writes) => writes <= MORE_WRITES.meeting) &&
    [more("copy"), more("plannedCopy")].every((writes) => writes <= MORE_WRITES.copy) &&
    now.sweep.reads <= before.sweep.reads
  );
}

function allWrites({ writes, history }: Operations): number {
  return writes + history;
}

function less(more: Operations, than: Operations): Operations {
  return {
    reads: more.reads - than.reads,
    writes: more.writes - than.writes,
    history: more.history - than.history,
  };
}

function ofADay({ sweep, meeting }: Figures, meetings: number) {
  return {
    meetings,
    ours: {
      reads: SWEEPS_A_DAY * sweep.reads + meetings * meeting.reads,
      writes: meetings * allWrites(meeting),
    },
    polling: {
      reads: POLLING_A_DAY.reads + meetings * POLLING_A_MEETING.reads,
      writes: POLLING_A_DAY.writes + meetings * POLLING_A_MEETING.writes,
    },
  };
}
