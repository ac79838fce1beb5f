import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { DocumentData } from "@google-cloud/firestore";
import { SECOND } from "@meeting-bot/core";
import {
  descendants,
  type ExecutionRecord,
  listProcesses,
  waitForDocument,
} from "@meeting-bot/sandbox";
import { parseLiveRecording } from "../../../sandbox/src/meeting-bot/webm/live-recording.ts";
import { findRunning, signalAll } from "../processes.ts";
import { botLog, holdMeeting, type LaunchedMeeting, scratchOf } from "./meeting.ts";
import type { MediaWorld } from "./world.ts";

/** Who is killed. */
export type Victim = "manager" | "bot" | "execution";

/** How a recording has come out of a kill. */
export interface KillFigures {
  victim: Victim;
  /** So long after the recording began. */
  atSeconds: number;
  status: string;
  executions: number;
  /** What the bots had written and is in no output; all of it when there is none. */
  secondsLost: number;
  /** Of what the bot had written at the kill, what no stored part had; when all was killed. */
  bytesLost?: number;
  /** Whether the outputs play to their end. */
  plays: boolean;
  /** Whether the instance tells of the gap, unless there is none. */
  gapListed: boolean;
  /** Remaining parts that nobody could tell the instance of, and no lifecycle rule matches. */
  strayParts: string[];
}

/** What the bot had written when it was looked at. */
interface Written {
  bytes: number;
  seconds: number;
}

const PROGRAMS: Record<Victim, RegExp> = {
  manager: /job-runner\/lib\/main\.js/,
  bot: /meeting-bot\/main\.ts/,
  execution: /./,
};

/** Kills at a random instant of a meeting of so many seconds, in real time, and waits for the end. */
export async function measureKill(
  world: MediaWorld,
  victim: Victim,
  seconds: number,
): Promise<KillFigures> {
  const meeting = await holdMeeting(world, { sandbox: "h264", seconds });
  // Of what dies before anybody has told of it nobody can list a gap.
  await waitForDocument(meeting.instance, (found) => found.get("phase_at.recording"));
  const atSeconds = Math.random() * seconds;
  await pause(atSeconds * SECOND);
  const { written, bytesLost } = await killNow(world, meeting, victim);
  const fields = await waitForDocument(meeting.instance, (found) =>
    found.get("processed_at") ? found.data() : undefined,
  );
  const executions = executionsOf(world, meeting);
  const expected = await writtenSeconds(world, executions, meeting.execution, written);
  const outcome = await lookAtOutput(world, fields, expected);
  return {
    ...{ victim, atSeconds, status: fields["status"], executions: executions.length },
    ...outcome,
    ...(victim === "execution" && { bytesLost }),
    gapListed:
      (fields["gaps"] ?? []).length > 0 || !(await isMissing(world, meeting, outcome.secondsLost)),
    strayParts: strayParts(world, meeting),
  };
}

/** Stops the bot, looks at what it has written, kills, and lets a bot that is to live go on. */
async function killNow(
  world: MediaWorld,
  { instance, execution }: LaunchedMeeting,
  victim: Victim,
): Promise<{ written: Written; bytesLost: number }> {
  const token = (await instance.get()).get("claim_token");
  const bots = await findProcesses(execution, "bot");
  signalAll(bots, "SIGSTOP");
  const written = await lookAtRecording(scratchOf(world, execution));
  signalAll(await findProcesses(execution, victim), "SIGKILL");
  if (victim === "manager") signalAll(bots, "SIGCONT");
  const stored = world.storage
    .objects()
    .filter(({ name }) => name.includes(`/raw/${token}/`))
    .reduce((total, { size }) => total + size, 0);
  return { written, bytesLost: Math.max(0, written.bytes - stored) };
}

async function findProcesses(execution: ExecutionRecord, victim: Victim): Promise<number[]> {
  const processes = await listProcesses();
  const all = Object.values(execution.pids).flatMap((pid) => [pid, ...descendants(pid, processes)]);
  const found = await findRunning(PROGRAMS[victim], all);
  if (victim === "execution") return found;
  // The entry point's own arguments name the bot's program as well.
  const shells = await findRunning(/^(\S*\/)?sh\0/, found);
  return found.filter((pid) => !shells.includes(pid));
}

async function lookAtRecording(folder: string): Promise<Written> {
  if (!existsSync(folder)) return { bytes: 0, seconds: 0 };
  const names = await readdir(folder, { recursive: true });
  // What the manager makes for itself begins with a dot.
  const name = names.find((candidate) => /^[^.].*\.webm$/.test(candidate));
  const bytes = name ? await readFile(join(folder, name)) : Buffer.alloc(0);
  if (bytes.length === 0) return { bytes: 0, seconds: 0 };
  const blocks = parseLiveRecording(bytes).clusters.flatMap(({ blocks }) => blocks);
  return { bytes: bytes.length, seconds: (blocks.at(-1)?.atMs ?? 0) / 1000 };
}

function executionsOf({ cloudRun }: MediaWorld, { instance }: LaunchedMeeting): ExecutionRecord[] {
  return cloudRun.executions().filter(({ job }) => {
    const env = job.containers.find(({ name }) => name === "manager")?.env ?? {};
    return env["BOT_INSTANCE_PATH"] === instance.path;
  });
}

/** The end of a recording may be so much before the last time stamp that the bot has written. */
const TOLERANCE_SECONDS = 0.5;

/**
 * Whether something of the meeting is missing after another execution: where the first bot had recorded
 * all of it, the second attempt only finishes, and there is no gap.
 */
async function isMissing(
  world: MediaWorld,
  meeting: LaunchedMeeting,
  secondsLost: number,
): Promise<boolean> {
  const later = executionsOf(world, meeting).filter((execution) => execution !== meeting.execution);
  const logs = await Promise.all(later.map((execution) => botLog(world, execution)));
  const hasRejoined = logs.flat().some(({ message }) => message === "recording ended");
  return hasRejoined || (later.length > 0 && secondsLost > TOLERANCE_SECONDS);
}

/** What all bots of an instance have written: to their own end, or until they were killed. */
async function writtenSeconds(
  world: MediaWorld,
  executions: readonly ExecutionRecord[],
  killed: ExecutionRecord,
  atKill: Written,
): Promise<number> {
  let total = 0;
  for (const execution of executions) {
    const log = await botLog(world, execution);
    const ended = log.find(({ message }) => message === "recording ended");
    if (ended) total += Number(ended["mediaSeconds"]);
    else if (execution === killed) total += atKill.seconds;
  }
  return total;
}

async function lookAtOutput(
  { storage, tools }: MediaWorld,
  fields: DocumentData,
  expectedSeconds: number,
): Promise<{ secondsLost: number; plays: boolean }> {
  const output = (fields["outputs"] ?? []).find(({ kind }: { kind: string }) => kind === "video");
  const object = storage
    .objects()
    .find(({ bucket, name }) => `gs://${bucket}/${name}` === output?.uri);
  if (!object) return { secondsLost: expectedSeconds, plays: false };
  const { lastSeconds } = await tools.facts(object.path);
  const complaints = await tools.decodingErrors(object.path);
  return { secondsLost: Math.max(0, expectedSeconds - lastSeconds), plays: complaints === "" };
}

/** The lifecycle rule takes what ends like this. */
const PART = /\/raw\/[^/]+\/\d{6}\.part$/;

function strayParts({ storage }: MediaWorld, { instance }: LaunchedMeeting): string[] {
  return storage
    .objects()
    .map(({ name }) => name)
    .filter((name) => name.includes(`/${instance.id}/`))
    .filter((name) => !PART.test(name) && !/\/(video|audio)[^/]*$/.test(name));
}
