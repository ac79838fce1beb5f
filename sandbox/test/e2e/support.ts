import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DocumentData, DocumentReference } from "@google-cloud/firestore";
import type { BotInstance } from "@meeting-bot/core";
import { until } from "../../../test/eventually.ts";
import { binaryMessage, deliverBinary } from "../../src/binary-event.ts";
import type { ExecutionRecord } from "../../src/cloud-run/execution.ts";
import { followMeeting } from "../../src/demo/follow.ts";
import { descendants, listProcesses } from "../../src/process-tree.ts";
import { ROOT } from "../../src/root.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox.ts";
import { waitForDocument } from "../../src/wait-for-document.ts";
import type { FirestoreEvent } from "../../src/written-event.ts";

export { isAlive } from "../../src/process-tree.ts";

/** How long a test waits at most: a busy machine takes its time, and that is no failure. */
export const PATIENCE_MS = 300_000;

/**
 * How long webhooks are waited for: on a busy machine the processes that send them, one for each that is
 * due at one time, have taken half a minute to start.
 */
export const WEBHOOKS_MS = 150_000;

/** Starts a sandbox whose logs go to a folder of the test's own. */
export function startTestSandbox(
  name: string,
  options: Omit<SandboxOptions, "env" | "logDir"> = {},
): Promise<Sandbox> {
  const logDir = join(ROOT, ".sandbox", "logs", name);
  return startSandbox({ env: process.env, logDir, ...options });
}

/** A meeting as a user's app writes it. */
export function meetingAt(query: string, provider = "https://meet.google.com/abc-defg-hij") {
  return { meeting_url: `${provider}?${query}`, status: "scheduled" };
}

/** What the two documents say when it is over. */
export interface Ending {
  meeting: DocumentData;
  instance: DocumentData;
  /** The instance as our own code reads it. */
  parsed: BotInstance;
}

/** gRPC's status UNKNOWN. */
const UNKNOWN = 2;

/**
 * Writes what may be written twice, and again when the emulator fails with UNKNOWN: it does so when a
 * listener of somebody else's leaves while it commits ("Stream is already completed").
 */
export async function surely<T>(write: () => Promise<T>, tries = 3): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const isUnknown = error instanceof Error && "code" in error && error.code === UNKNOWN;
    if (!isUnknown || tries <= 1) throw error;
    return surely(write, tries - 1);
  }
}

/** Writes a meeting and waits until its bot has ended. */
export async function seeThrough({ firestore }: Sandbox, fields: DocumentData): Promise<Ending> {
  const meeting = firestore.collection("meetings").doc();
  await surely(() => meeting.set(fields));
  return ending(meeting);
}

/** Each has a bot, a manager and its ffmpeg, and has the emulator start processes: more take two cores away from other tests. */
const MEETINGS_AT_ONCE = 3;

/** Sees meetings through, some at a time; how each has ended, once all have. */
export async function seeAllThrough<Key>(
  sandbox: Sandbox,
  meetings: Iterable<[Key, DocumentData]>,
): Promise<Map<Key, Promise<Ending>>> {
  const endings = new Map<Key, Promise<Ending>>();
  const rest = new Map(meetings).entries();
  const seeRest = async () => {
    for (const [key, fields] of rest) {
      const ended = seeThrough(sandbox, fields);
      endings.set(key, ended);
      await Promise.allSettled([ended]);
    }
  };
  await Promise.all(Array.from({ length: MEETINGS_AT_ONCE }, seeRest));
  return endings;
}

/** What a meeting says that has been told of its bot's end. */
const OVER = ["done", "failed", "cancelled"];

/** Waits until the bot of a meeting has ended, and the meeting has been told. */
export async function ending(meeting: DocumentReference): Promise<Ending> {
  const { firestore } = meeting;
  const forever = new AbortController().signal;
  const parsed = await followMeeting(firestore, meeting, () => {}, forever);
  await waitForDocument(meeting, (written) =>
    !written.exists || OVER.includes(written.get("recording.status")) ? written : undefined,
  );
  const ref = firestore.doc(`bot_instances/${parsed.id}`);
  // Nobody looks at it any more once all its meetings know.
  await waitForDocument(ref, (ended) => (ended.get("wake_at") === undefined ? true : undefined));
  const [written, instance] = await firestore.getAll(meeting, ref);
  return { meeting: written?.data() ?? {}, instance: instance?.data() ?? {}, parsed };
}

/** A job that is told to end has ten seconds, and what removes parts gives up after a minute. */
const OVER_MS = 90_000;

/** Waits until every execution is over: a manager removes parts after it has written down its result. */
export function untilOver({ cloudRun }: Sandbox): Promise<void> {
  return until(() => cloudRun.executions().every(({ completion }) => completion), OVER_MS);
}

/** How long an event is waited for until it is delivered again. */
const ANSWER_MS = 45_000;
const MAX_DELIVERIES = 4;

/**
 * Delivers an event to a deployed trigger as Eventarc does, in binary mode; the status of its answer. What
 * is not answered is delivered again: the emulator says nothing where a process takes 30 s to start.
 */
export async function deliverEvent(
  { functionsUrl, projectId }: Sandbox,
  functionName: string,
  event: FirestoreEvent,
): Promise<number> {
  const triggers = `${functionsUrl}/functions/projects/${projectId}/triggers`;
  const url = `${triggers}/us-central1-${functionName}-0`;
  const message = binaryMessage(event);
  for (let tries = 1; ; tries += 1) {
    try {
      return await deliverBinary(url, message, ANSWER_MS);
    } catch (error) {
      if (tries === MAX_DELIVERIES) throw error;
    }
  }
}

/** The names of all objects in the bucket. */
export async function objectNames({ store }: Sandbox): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of store.recordings.list("")) names.push(name);
  return names;
}

/** What the managers have to complain of in their logs, a line each; for a failing test. */
export async function complaints({ logDir }: Sandbox): Promise<string> {
  const files = (await readdir(logDir)).filter((name) => name.endsWith(".manager.log"));
  const texts = await Promise.all(files.map((name) => readFile(join(logDir, name), "utf8")));
  const lines = texts.flatMap((text) => text.split("\n"));
  return lines.filter((line) => line !== "" && !line.includes('"severity":"INFO"')).join("\n");
}

/** The processes of a container, its first one before those that it started. */
export async function processesOf(
  execution: ExecutionRecord | undefined,
  container: string,
): Promise<number[]> {
  const root = execution?.pids[container];
  if (root === undefined) throw new Error(`There is no container ${container}.`);
  return [root, ...descendants(root, await listProcesses())];
}
