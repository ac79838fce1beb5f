import { join } from "node:path";
import { inspect, parseArgs } from "node:util";
import type { Firestore, Timestamp } from "@google-cloud/firestore";
import { BOT_INSTANCES } from "@meeting-bot/core";
import {
  connectFirestore,
  ROOT,
  type Sandbox,
  startSandbox,
  waitForDocument,
} from "@meeting-bot/sandbox";
import { startBaseline } from "./baseline/start-baseline.ts";
import { readCount } from "./options.ts";
import { type Summary, summarize } from "./statistics.ts";

/** How many times as long as the bare trigger a launch may take at the median and at the 95th percentile. */
const MAX_RATIO = 4;
const WARM_UP = 10;

/**
 * Measures, one write at a time, how long it takes from a meeting document's commit to the launch
 * that Cloud Run accepts; the bare trigger's commit is measured in turn with it.
 */
export async function runLaunch(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: "boolean" }, writes: { type: "string", default: "50" } },
  });
  const writes = readCount("writes", values.writes);
  const logDir = join(ROOT, ".sandbox", "logs");
  await using stack = new AsyncDisposableStack();
  const sandbox = await startSandbox({ env: process.env, logDir, mode: "accept" });
  stack.defer(() => sandbox.stop());
  const baseline = await startBaseline(process.env, join(logDir, "baseline"));
  stack.defer(() => baseline.stop());
  const bare = connectFirestore(baseline.firestoreHost, baseline.projectId);
  stack.defer(() => bare.terminate());

  const samples = { launch: [] as number[], bare: [] as number[] };
  for (let write = -WARM_UP; write < writes; write += 1) {
    const pair = { bare: await measureBare(bare), launch: await measureLaunch(sandbox) };
    if (write < 0) continue;
    samples.launch.push(pair.launch);
    samples.bare.push(pair.bare);
  }
  return print(summarize(samples.launch), summarize(samples.bare), values.json ?? false);
}

/** Milliseconds from the commit of a meeting to the launch that Cloud Run accepts. */
async function measureLaunch({ firestore, cloudRun }: Sandbox): Promise<number> {
  const meeting = firestore.collection("meetings").doc();
  const { writeTime } = await meeting.set({
    meeting_url: "https://meet.google.com/abc-defg-hij",
    status: "scheduled",
  });
  const id = await waitForDocument(meeting, (snapshot) => snapshot.get("bot_instance_id"));
  const instance = firestore.collection(BOT_INSTANCES).doc(id);
  const name = await waitForDocument(instance, (snapshot) => snapshot.get("execution.name"));
  const execution = cloudRun.executions().find((known) => known.name === name);
  if (!execution) throw new Error(`Cloud Run does not know ${name}.`);
  return execution.createdAt - toMs(writeTime);
}

/** Milliseconds from the commit of a document to the commit of the transaction that answers it. */
async function measureBare(firestore: Firestore): Promise<number> {
  const document = firestore.collection("meetings").doc();
  const { writeTime } = await document.set({ status: "scheduled" });
  const answeredAt = await waitForDocument(document, (snapshot) =>
    snapshot.get("bot") ? snapshot.updateTime : undefined,
  );
  return toMs(answeredAt) - toMs(writeTime);
}

function toMs({ seconds, nanoseconds }: Timestamp): number {
  return seconds * 1000 + nanoseconds / 1e6;
}

function print(launch: Summary, bare: Summary, asJson: boolean): boolean {
  const ratio = { p50: launch.p50 / bare.p50, p95: launch.p95 / bare.p95 };
  const passed = ratio.p50 <= MAX_RATIO && ratio.p95 <= MAX_RATIO;
  const table = {
    "written to launch accepted, ms": round(launch),
    "bare trigger, ms": round(bare),
    ratio: round(ratio),
  };
  const text = asJson ? JSON.stringify({ launch, bare, ratio, passed }) : inspect(table);
  process.stdout.write(`${text}\n`);
  return passed;
}

function round<T extends object>(figures: T): Record<string, number> {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, Math.round(value * 100) / 100]),
  );
}
