import { setTimeout as pause } from "node:timers/promises";
import { inspect, parseArgs } from "node:util";
import type { Firestore } from "@google-cloud/firestore";
import {
  BOT_INSTANCES,
  FirestoreBotInstanceStore,
  leaseSettings,
  linkSettings,
  namingOf,
  namingSettings,
  readSettings,
  recordingSettings,
  SECOND,
} from "@meeting-bot/core";
import type { ExecutionRecord } from "@meeting-bot/sandbox";
import { type CrowdMeeting, writeCopy } from "./chaos/meetings.ts";
import { type Launch, StubManagers } from "./chaos/stub-managers.ts";
import { verify } from "./chaos/verify.ts";
import { startWorld, type World } from "./chaos/world.ts";
import { readCount } from "./options.ts";
import { type Summary, summarize } from "./statistics.ts";

const ABOUT = `Real: the store (Firestore emulator), the built functions in three processes, Cloud Run's
API over gRPC, the leases and the sweep. Stubbed: the platform's event bus (each event is delivered
three times at once, and again when its process dies), the containers (a stub manager does start,
heartbeat and complete for real; there is no bot, no recording and no file). Timers never fire.`;

const COPIES = 2;
const DELIVERIES_OF_EACH = 3;
const PROCESSES = 3;
const ROOMS_AT_ONCE = 20;
const KILL_EVERY_MS = 3 * SECOND;
const SWEEP_EVERY_MS = 2 * SECOND;
/** How long after the last event everything must have ended. */
const PATIENCE_SECONDS = 180;

/** Short stages: what is left behind is to be found while somebody watches. */
const LEASES = {
  LAUNCH_LEASE_SECONDS: "10",
  CLAIM_TTL_SECONDS: "10",
  HEARTBEAT_LEASE_SECONDS: "15",
  RETRY_BASE_SECONDS: "1",
  // One manager in twenty dies: among so many, some die three times.
  MAX_ATTEMPTS: "10",
};

/** Runs a crowd of meetings against functions that are killed at random; whether nothing went wrong. */
export async function runChaos(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: "boolean" },
      quick: { type: "boolean" },
      rooms: { type: "string" },
    },
  });
  const rooms = readCount("rooms", values.rooms ?? (values.quick ? "40" : "1000"));
  if (!values.json) process.stdout.write(`${ABOUT}\n\n`);
  const figures = await measureChaos(rooms);
  process.stdout.write(`${values.json ? JSON.stringify(figures) : inspect(figures)}\n`);
  return [figures.duplicates, figures.lost, figures.stuck, figures.split, figures.not_once].every(
    (count) => count === 0,
  );
}

/** What came of a crowd. */
export async function measureChaos(rooms: number) {
  await using parts = new AsyncDisposableStack();
  let managers: StubManagers | undefined;
  const world = await startWorld(parts, LEASES, PROCESSES, (execution, firestore) => {
    managers ??= new StubManagers(storeOf(firestore), Math.random);
    return managers.run(launchOf(execution));
  });
  const beganAt = Date.now();
  const over = new AbortController();
  const background = [keepKilling(world, over.signal), keepSweeping(world, over.signal)];
  const meetings = await deliverCrowd(world, rooms);
  const deliveredAt = Date.now();
  const endedAt = await untilEnded(world);
  over.abort();
  await Promise.all(background);
  const { lost, stuck, split, notOnce, failures } = await verify(world.firestore, meetings);
  const { functions } = world;
  return {
    meetings: meetings.length,
    rooms,
    deliveries: functions.deliveries,
    kills: functions.kills,
    kills_at_work: functions.killsAtWork,
    starts: managers?.starts ?? 0,
    refused_starts: managers?.refusedStarts ?? 0,
    joins: managers?.joins ?? 0,
    manager_deaths: managers?.deaths ?? 0,
    completed: managers?.completed ?? 0,
    duplicates: managers?.duplicates ?? 0,
    lost,
    stuck,
    split,
    not_once: notOnce,
    failures,
    bounds_seconds: {
      all_delivered: seconds(deliveredAt - beganAt),
      last_event_to_all_ended: seconds(endedAt - deliveredAt),
    },
    written_to_claimed_ms: await claimLatency(world),
  };
}

function storeOf(firestore: Firestore): FirestoreBotInstanceStore {
  const naming = namingOf(readSettings(namingSettings, {}));
  const rules = readSettings({ ...leaseSettings, ...linkSettings, ...recordingSettings }, LEASES);
  return new FirestoreBotInstanceStore(firestore, naming, rules);
}

function launchOf({ job }: ExecutionRecord): Launch {
  const env = job.containers.find(({ name }) => name === "manager")?.env ?? {};
  const { BOT_INSTANCE_PATH: path = "", CLAIM_TOKEN: token = "" } = env;
  return { instanceId: path.slice(path.indexOf("/") + 1), token };
}

/** Writes every room's copies and delivers their events, so many rooms at once. */
async function deliverCrowd(world: World, rooms: number): Promise<CrowdMeeting[]> {
  const meetings: CrowdMeeting[] = [];
  let next = 0;
  const work = async () => {
    while (next < rooms) {
      const room = next;
      next += 1;
      const copies = Array.from({ length: COPIES }, (_, copy) => copy);
      await Promise.all(
        copies.map(async (copy) => {
          const { meeting, event } = await writeCopy(world.firestore, room, copy);
          meetings.push(meeting);
          const deliveries = Array.from({ length: DELIVERIES_OF_EACH }, () =>
            world.functions.deliver("meeting", event),
          );
          await Promise.all(deliveries);
        }),
      );
    }
  };
  await Promise.all(Array.from({ length: ROOMS_AT_ONCE }, work));
  return meetings;
}

async function keepKilling({ functions }: World, over: AbortSignal): Promise<void> {
  while (await passed(KILL_EVERY_MS * (0.5 + Math.random()), over)) await functions.killOne();
}

async function keepSweeping({ functions }: World, over: AbortSignal): Promise<void> {
  while (await passed(SWEEP_EVERY_MS, over)) {
    await functions.deliver("sweep", {});
  }
}

/** Waits; whether it was to the end. */
async function passed(durationMs: number, over: AbortSignal): Promise<boolean> {
  await pause(durationMs, undefined, { signal: over }).catch(ignoreAbort);
  return !over.aborted;
}

function ignoreAbort(error: Error): void {
  if (error.name !== "AbortError") throw error;
}

/** Waits until nobody need look at any instance, within bounds; when that was. All have ended, and are told of. */
async function untilEnded({ firestore }: World): Promise<number> {
  const giveUpAt = Date.now() + PATIENCE_SECONDS * SECOND;
  const open = firestore.collection(BOT_INSTANCES).orderBy("wake_at");
  while (Date.now() < giveUpAt && (await open.count().get()).data().count > 0) {
    await pause(SECOND);
  }
  return Date.now();
}

async function claimLatency({ firestore }: World): Promise<Summary> {
  const { docs } = await firestore.collection(BOT_INSTANCES).get();
  const latencies = await Promise.all(
    docs.map(async (instance) => {
      const meeting = await firestore.doc(instance.get("meeting_path")).get();
      return instance.get("phase_at.claimed")?.toMillis() - (meeting.createTime?.toMillis() ?? 0);
    }),
  );
  return summarize(latencies.filter((latency) => !Number.isNaN(latency)));
}

function seconds(durationMs: number): number {
  return Math.round(durationMs / 100) / 10;
}
