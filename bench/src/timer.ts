import { join } from "node:path";
import { inspect, parseArgs } from "node:util";
import type { DocumentReference } from "@google-cloud/firestore";
import { BOT_INSTANCES, type Instant, SECOND } from "@meeting-bot/core";
import { ROOT, type Sandbox, startSandbox, waitForDocument } from "@meeting-bot/sandbox";
import { readCount } from "./options.ts";
import { type Summary, summarize } from "./statistics.ts";

/** How late a launch may be at the 95th percentile. */
const MAX_P95_MS = 1000;
const LEAD_SECONDS = 10;
/** Slower than the queue's two a second, so that no task waits for its turn. */
const SPACING_MS = 600;
/** Time to plan a launch before it is due, when the function that does it has yet to be loaded. */
const AHEAD_MS = 10 * SECOND;
/** Once, long after the end: what is launched here, a timer has launched. */
const NO_SWEEP_SECONDS = 24 * 3600;

/** How far launches were from when they were planned, in milliseconds. */
export interface TimerFigures {
  meetings: number;
  /** Launches before their time. */
  early: number;
  /** The same for the launch before them, which waited for the function to be loaded. */
  coldErrorMs: number;
  /** From a meeting's start less the lead to the launch that Cloud Run accepts. */
  errorMs: Summary;
}

/** A bot instance, and when it is to be launched. */
interface Plan {
  instance: DocumentReference;
  dueAt: Instant;
}

/** Measures the timer and prints its error; whether no launch was early and hardly any late. */
export async function runTimer(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: "boolean" }, meetings: { type: "string", default: "50" } },
  });
  const meetings = readCount("meetings", values.meetings);
  await using stack = new AsyncDisposableStack();
  const sandbox = await startSandbox({
    env: process.env,
    logDir: join(ROOT, ".sandbox", "logs"),
    mode: "accept",
    settings: { MEETING_JOIN_LEAD_SECONDS: String(LEAD_SECONDS) },
    sweepSeconds: NO_SWEEP_SECONDS,
  });
  stack.defer(() => sandbox.stop());
  const figures = await measureTimer(sandbox, meetings);
  process.stdout.write(`${values.json ? JSON.stringify(figures) : inspect(figures)}\n`);
  return figures.early === 0 && figures.errorMs.p95 <= MAX_P95_MS;
}

/** Plans meetings that are due one after the other, and compares the plan with what happens. */
async function measureTimer(sandbox: Sandbox, meetings: number): Promise<TimerFigures> {
  const first = await planLaunch(sandbox, Date.now() + AHEAD_MS);
  const coldErrorMs = await measureError(sandbox, first);
  const firstAt = Date.now() + AHEAD_MS;
  const errors: Promise<number>[] = [];
  for (let index = 0; index < meetings; index += 1) {
    // One at a time: written together, they would wait for functions to be loaded, and miss their time.
    const plan = await planLaunch(sandbox, firstAt + index * SPACING_MS);
    errors.push(measureError(sandbox, plan));
  }
  const measured = await Promise.all(errors);
  const early = [coldErrorMs, ...measured].filter((error) => error < 0).length;
  return { meetings, early, coldErrorMs, errorMs: summarize(measured) };
}

/** Writes a meeting whose bot is to be launched at `dueAt`; resolves when that is planned. */
async function planLaunch({ firestore }: Sandbox, dueAt: Instant): Promise<Plan> {
  const meeting = firestore.collection("meetings").doc();
  await meeting.set({
    meeting_url: "https://meet.google.com/abc-defg-hij",
    status: "scheduled",
    start: new Date(dueAt + LEAD_SECONDS * SECOND),
  });
  const id = await waitForDocument(meeting, (snapshot) => snapshot.get("bot_instance_id"));
  return { instance: firestore.collection(BOT_INSTANCES).doc(id), dueAt };
}

/** Milliseconds from when a bot was to be launched until it was. */
async function measureError({ cloudRun }: Sandbox, { instance, dueAt }: Plan): Promise<number> {
  const name = await waitForDocument(instance, (snapshot) => snapshot.get("execution.name"));
  const execution = cloudRun.executions().find((known) => known.name === name);
  if (!execution) throw new Error(`Cloud Run does not know ${name}.`);
  return execution.createdAt - dueAt;
}
