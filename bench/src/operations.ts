import { randomUUID } from "node:crypto";
import { inspect, parseArgs } from "node:util";
import type { Firestore } from "@google-cloud/firestore";
import {
  BOT_EVENTS,
  complete,
  DEFAULT_LEASE_RULES,
  FirestoreBotInstanceStore,
  launched,
  namingOf,
  namingSettings,
  type Phase,
  readSettings,
  report,
  start,
} from "@meeting-bot/core";
import { startDatabase } from "./world/database.ts";

/** What an hour's meeting does, as the manager does it: a heartbeat every thirty seconds. */
const HEARTBEATS = 120;
const BOUNDS = { launchReads: 4, launchWrites: 4, meetingWrites: 25 + HEARTBEATS };
/** A poll every ten seconds reads the queue and the meetings, and writes its own lease each tenth of a minute. */
const POLLING_A_DAY = { reads: 43_200, writes: 8_640 };
/** What the polling design adds for a meeting: discover and link, enqueue, claim, mark. */
const POLLING_A_MEETING = { reads: 4, writes: 4 };
/** The sweep's empty query is charged as one read, every minute. */
const SWEEP_READS_A_DAY = 1440;

/** Documents read and written; the history apart. */
interface Operations {
  reads: number;
  writes: number;
  history: number;
}

/**
 * Counts, at the client, the Firestore documents that one meeting reads and writes on the real store,
 * and prints them beside those of a controller that polls; whether they are within their bounds.
 */
export async function runOperations(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({ args: [...args], options: { json: { type: "boolean" } } });
  const figures = await measureOperations();
  const day = (meetings: number) => ({
    meetings,
    ours: {
      reads: SWEEP_READS_A_DAY + meetings * figures.meeting.reads,
      writes: meetings * (figures.meeting.writes + figures.meeting.history),
    },
    polling: {
      reads: POLLING_A_DAY.reads + meetings * POLLING_A_MEETING.reads,
      writes: POLLING_A_DAY.writes + meetings * POLLING_A_MEETING.writes,
    },
  });
  const report = { ...figures, a_day: [0, 10, 1000].map(day) };
  process.stdout.write(`${values.json ? JSON.stringify(report) : inspect(report, { depth: 4 })}\n`);
  const { launch, meeting } = figures;
  return (
    launch.reads <= BOUNDS.launchReads &&
    launch.writes <= BOUNDS.launchWrites &&
    meeting.writes <= BOUNDS.meetingWrites
  );
}

/** What a meeting costs until its bot is launched, and altogether for an hour's recording. */
export async function measureOperations(): Promise<{ launch: Operations; meeting: Operations }> {
  await using parts = new AsyncDisposableStack();
  const { firestore } = await startDatabase(parts, "operations");

  const meeting = firestore.doc("meetings/one");
  await meeting.set({
    meeting_url: "https://meet.google.com/abc-defg-hij",
    status: "scheduled",
    creator_organization_id: "organization",
  });
  const counted = countOperations(firestore);
  const naming = namingOf(readSettings(namingSettings, {}));
  const store = new FirestoreBotInstanceStore(firestore, naming, DEFAULT_LEASE_RULES);
  const token = randomUUID();
  const id = randomUUID();
  const event = { instanceId: id, token, claimedBy: "bench", joinLeadMs: 0 };
  await store.serve(meeting.path, event);
  const execution = { launcher: "none", name: "none" };
  await store.transact(id, (instance, at) => launched(instance, { token, execution }, at));
  const launch = { ...counted };
  await workThrough(store, id, token);
  return { launch, meeting: { ...counted } };
}

/** An hour of a manager: start, phases, heartbeats, complete. */
async function workThrough(
  store: FirestoreBotInstanceStore,
  id: string,
  token: string,
): Promise<void> {
  const holding = { token, runnerId: randomUUID() };
  const tell = (phase?: Phase) =>
    store.transact(id, (instance, at) =>
      report(instance, { ...holding, ...(phase && { phase }) }, at),
    );
  await store.transact(id, (instance, at) => start(instance, holding, at));
  await tell("recording");
  for (let beat = 0; beat < HEARTBEATS; beat += 1) await tell();
  await tell("converting");
  await tell("uploading");
  const event = { ...holding, outputs: [], partial: false };
  await store.transact(id, (instance, at) => complete(instance, event, at));
}

/** Counts from now on what goes through the client. */
function countOperations(firestore: Firestore): Operations {
  const counted: Operations = { reads: 0, writes: 0, history: 0 };
  const getAll = firestore.getAll.bind(firestore);
  firestore.getAll = (...refs: Parameters<typeof getAll>) => {
    counted.reads += refs.length;
    return getAll(...refs);
  };
  const newBatch = firestore.batch.bind(firestore);
  firestore.batch = () => {
    const batch = newBatch();
    for (const verb of ["create", "update", "set", "delete"] as const) {
      const write = batch[verb].bind(batch) as (...args: unknown[]) => typeof batch;
      batch[verb] = (ref: { path: string }, ...rest: unknown[]) => {
        counted[ref.path.includes(`/${BOT_EVENTS}/`) ? "history" : "writes"] += 1;
        return write(ref, ...rest);
      };
    }
    return batch;
  };
  return counted;
}
