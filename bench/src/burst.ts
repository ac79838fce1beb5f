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
import { summarize } from "./statistics.ts";

const CONCURRENT_STARTS = 50;

/**
 * Writes many meetings at once and counts what comes of them. Cloud Run accepts the launches without
 * running anything; the first act of each manager, `start`, is done for real, twice.
 */
export async function runBurst(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: "boolean" }, meetings: { type: "string", default: "500" } },
  });
  const count = Number(values.meetings);
  const logDir = join(ROOT, ".sandbox", "logs");
  const sandbox = await startSandbox({ env: process.env, logDir, mode: "accept" });
  try {
    const latencies = await writeMeetings(sandbox, count);
    const starts = await startAll(sandbox);
    const figures = {
      meetings: count,
      launches: sandbox.cloudRun.executions().length,
      instances: new Set(sandbox.cloudRun.executions().map(instanceIdOf)).size,
      starts: starts.filter((ok) => ok).length,
      refused_starts: starts.filter((ok) => !ok).length,
      written_to_launched_ms: summarize(latencies),
    };
    process.stdout.write(`${values.json ? JSON.stringify(figures) : inspect(figures)}\n`);
    return [figures.launches, figures.instances, figures.starts, figures.refused_starts].every(
      (figure) => figure === count,
    );
  } finally {
    await sandbox.stop();
  }
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
