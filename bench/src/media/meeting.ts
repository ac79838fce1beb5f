import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { DocumentData, DocumentReference } from "@google-cloud/firestore";
import { BOT_INSTANCES, type Output } from "@meeting-bot/core";
import { type ExecutionRecord, waitForDocument, writtenEvent } from "@meeting-bot/sandbox";
import type { FakeObject } from "../../../sandbox/src/storage-fake/index.ts";
import { PROJECT } from "../world/database.ts";
import type { Conversion, MediaWorld } from "./world.ts";

/** A meeting whose bot has been launched. */
export interface LaunchedMeeting {
  instance: DocumentReference;
  /** Its first execution. */
  execution: ExecutionRecord;
}

/** How an instance has ended, and what is stored of it. */
export interface EndedMeeting {
  fields: DocumentData;
  /** When we knew. */
  endedAt: number;
  video: StoredOutput;
  audio: StoredOutput;
}

/** An output as the instance tells of it, with the object in the bucket. */
export interface StoredOutput {
  output: Output;
  object: FakeObject;
}

const LOOK_MS = 10;
/** A clean-up gives up after a minute. */
const PATIENCE_MS = 90_000;
let rooms = 0;

/** Writes a meeting with such a query in its link, tells the functions, and waits for the launch. */
export async function holdMeeting(
  { firestore, functions, cloudRun }: MediaWorld,
  query: Readonly<Record<string, string | number>>,
  conversion: Conversion = "live",
): Promise<LaunchedMeeting> {
  rooms += 1;
  const meeting = firestore.collection("meetings").doc(`media-${rooms}`);
  const link = new URL(`https://meet.google.com/med-iame-${letters(rooms)}`);
  for (const [name, value] of Object.entries(query)) link.searchParams.set(name, String(value));
  const fields = { meeting_url: link.href, status: "scheduled", creator_user_id: "bench" };
  await meeting.set(fields);
  await functions[conversion].deliver("meeting", writtenEvent(PROJECT, meeting.path, fields));
  const id = await waitForDocument(meeting, (found) => found.get("bot_instance_id") ?? undefined);
  const instance = firestore.collection(BOT_INSTANCES).doc(id);
  const name = await waitForDocument(instance, (found) => found.get("execution.name"));
  const execution = cloudRun.executions().find((known) => known.name === name);
  if (!execution) throw new Error(`Cloud Run does not know ${name}.`);
  return { instance, execution };
}

/** Waits until an instance has ended. Rejects unless a video and a sound file are stored. */
export async function untilStored(
  { storage }: MediaWorld,
  instance: DocumentReference,
): Promise<EndedMeeting> {
  const fields = await waitForDocument(instance, (found) =>
    found.get("processed_at") ? found.data() : undefined,
  );
  const endedAt = Date.now();
  const outputs: Output[] = fields["outputs"] ?? [];
  const stored = (kind: Output["kind"]): StoredOutput => {
    const output = outputs.find((candidate) => candidate.kind === kind);
    const object = storage
      .objects()
      .find(({ bucket, name }) => `gs://${bucket}/${name}` === output?.uri);
    if (output && object) return { output, object };
    const { status, error } = fields;
    throw new Error(
      `${instance.path} is ${status} without ${kind}: ${error?.message ?? "no reason"}`,
    );
  };
  return { fields, endedAt, video: stored("video"), audio: stored("audio") };
}

/** Waits until an execution has ended: only then has it removed what is not needed any more. */
export async function untilCompleted(execution: ExecutionRecord): Promise<void> {
  const giveUp = AbortSignal.timeout(PATIENCE_MS);
  while (!execution.completion) await pause(LOOK_MS, undefined, { signal: giveUp });
}

/** One line of a bot's log. */
export type BotLine = Record<string, unknown> & { message: string };

/** What the bot of an execution has logged so far. */
export async function botLog(world: MediaWorld, execution: ExecutionRecord): Promise<BotLine[]> {
  const file = logFile(world, execution);
  if (!existsSync(file)) return [];
  const lines = (await readFile(file, "utf8")).split("\n");
  return lines.flatMap((line) => (line.startsWith("{") ? [JSON.parse(line)] : []));
}

/** Waits until the bot of an execution has logged so; to the hundredth of a second. */
export async function untilLogged(
  world: MediaWorld,
  execution: ExecutionRecord,
  message: string,
): Promise<BotLine> {
  const file = logFile(world, execution);
  let log: BotLine[] = [];
  for (let read = -1; ; ) {
    // To look at the size costs next to nothing, which matters beside a measurement of minutes.
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (size !== read) log = await botLog(world, execution);
    read = size;
    const found = log.find((line) => line.message === message);
    if (found) return found;
    if (execution.completion) {
      const last = JSON.stringify(log.at(-1) ?? "nothing");
      throw new Error(
        `The bot of ${execution.id} has ended without "${message}"; it said ${last}.`,
      );
    }
    await pause(LOOK_MS);
  }
}

/** Where the task of an execution shares its files. */
export function scratchOf({ scratchRoot }: MediaWorld, { id }: ExecutionRecord): string {
  return join(scratchRoot, `${id}-task0-attempt0`, "volumes", "scratch");
}

function logFile({ logDir }: MediaWorld, { id }: ExecutionRecord): string {
  return join(logDir, `${id}.meeting-bot.log`);
}

function letters(count: number): string {
  const letter = (place: number) =>
    String.fromCharCode(97 + (Math.floor(count / 26 ** place) % 26));
  return `${letter(2)}${letter(1)}${letter(0)}`;
}
