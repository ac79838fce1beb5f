import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { inspect, parseArgs } from "node:util";
import {
  DEFAULT_LEASE_RULES,
  FirestoreBotInstanceStore,
  namingOf,
  namingSettings,
  readSettings,
  start,
} from "@meeting-bot/core";
import {
  type ExecutionRecord,
  ROOT,
  type Sandbox,
  startSandbox,
  waitForDocument,
} from "@meeting-bot/sandbox";
import { readCount } from "./options.ts";
import { type Summary, summarize } from "./statistics.ts";

const CONCURRENT_STARTS = 50;

/** What came of meetings that were written at once. */
export interface BurstFigures {
  meetings: number;
  launches: number;
  /** Different bot instances among the launches. */
  instances: number;
  starts: number;
  refusedStarts: number;
  writtenToLaunchedMs: Summary;
}

/** Measures a burst and prints it; whether every meeting had exactly one launch and one start. */
export async function runBurst(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: "boolean" }, meetings: { type: "string", default: "500" } },
  });
  const count = readCount("meetings", values.meetings);
  const sandbox = await startSandbox({
    env: process.env,
    logDir: join(ROOT, ".sandbox", "logs"),
    mode: "accept",
  });
  try {
    const figures = await measureBurst(sandbox, count);
    process.stdout.write(`${values.json ? JSON.stringify(figures) : inspect(figures)}\n`);
    const { meetings, launches, instances, starts, refusedStarts } = figures;
    return [launches, instances, starts, refusedStarts].every((figure) => figure === meetings);
  } finally {
    await sandbox.stop();
  }
}

/**
 * Writes many meetings at once and counts what comes of them. Cloud Run accepts the launches without
 * running anything; the first act of each manager, `start`, is done for real, by two runners.
 */
export async function measureBurst(sandbox: Sandbox, meetings: number): Promise<BurstFigures> {
  const latencies = await writeMeetings(sandbox, meetings);
  const starts = await startAll(sandbox);
  const launches = sandbox.cloudRun.executions();
  return {
    meetings,
    launches: launches.length,
    instances: new Set(launches.map(instanceIdOf)).size,
    starts: starts.filter((accepted) => accepted).length,
    refusedStarts: starts.filter((accepted) => !accepted).length,
    writtenToLaunchedMs: summarize(latencies),
  };
}

/** How long each meeting waited for its launch, in milliseconds from its own commit. */
function writeMeetings({ firestore }: Sandbox, count: number): Promise<number[]> {
  const writes = Array.from({ length: count }, async () => {
    const meeting = firestore.collection("meetings").doc();
    const { writeTime } = await meeting.set({
      meeting_url: "https://meet.google.com/abc-defg-hij",
      status: "scheduled",
    });
    const id = await waitForDocument(meeting, (snapshot) => snapshot.get("bot_instance_id"));
    const launchedAt = await waitForDocument(firestore.doc(`bot_instances/${id}`), (snapshot) =>
      snapshot.get("phase_at.launched"),
    );
    return launchedAt.toMillis() - writeTime.toMillis();
  });
  return Promise.all(writes);
}

/** Starts every execution twice, as two runners; whether each start was accepted. */
async function startAll({ firestore, cloudRun }: Sandbox): Promise<boolean[]> {
  const naming = namingOf(readSettings(namingSettings, {}));
  const store = new FirestoreBotInstanceStore(firestore, naming, DEFAULT_LEASE_RULES);
  const results: boolean[] = [];
  const startOnce = async (execution: ExecutionRecord) => {
    const event = { token: environmentOf(execution)["CLAIM_TOKEN"] ?? "", runnerId: randomUUID() };
    const outcome = await store.transact(instanceIdOf(execution), (instance, at) =>
      start(instance, event, at),
    );
    results.push(outcome.ok);
  };
  const waiting = cloudRun.executions().flatMap((execution) => [execution, execution]);
  while (waiting.length > 0) await Promise.all(waiting.splice(0, CONCURRENT_STARTS).map(startOnce));
  return results;
}

function instanceIdOf(execution: ExecutionRecord): string {
  return environmentOf(execution)["BOT_INSTANCE_PATH"]?.split("/")[1] ?? "";
}

function environmentOf({ job }: ExecutionRecord): Record<string, string> {
  return job.containers.find(({ name }) => name === "manager")?.env ?? {};
}
