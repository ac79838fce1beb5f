import { stat } from "node:fs/promises";
import { type Instant, MINUTE } from "@meeting-bot/core";
import { conclude } from "./conclude.ts";
import type { Ending } from "./ending.ts";
import { type ExecutionRecord, readEnding, readRecord } from "./execution-folder.ts";
import { isAlive } from "./processes.ts";
import { codeOf } from "./system-error.ts";

/** What is to be seen of an execution. */
export type Observation =
  | { state: "starting" }
  | { state: "running"; record: ExecutionRecord }
  | { state: "ended"; ending: Ending }
  | { state: "not-found" };

/** A folder that has no record by then never gets one: its launcher has gone. */
const STARTING_MS = MINUTE;

/**
 * Looks into an execution's folder, and whether its supervisor is alive. An execution that has lost its
 * supervisor is over: what is left of it is ended and its end written down. Throws when the folder cannot
 * be read.
 */
export async function observe(folder: string): Promise<Observation> {
  const madeAt = await lastChangeOf(folder);
  if (madeAt === undefined) return { state: "not-found" };
  const record = await readRecord(folder);
  const isSupervised = record !== undefined && (await isAlive(record.supervisor));
  // Read last: a supervisor that was gone by then has written all that it ever will.
  const ending = await readEnding(folder);
  if (ending) return { state: "ended", ending };
  if (isSupervised) return { state: "running", record };
  if (!record && Date.now() - madeAt < STARTING_MS) return { state: "starting" };
  return { state: "ended", ending: await settle(folder, record) };
}

/** When something was last added to a folder; undefined when there is none. */
async function lastChangeOf(folder: string): Promise<Instant | undefined> {
  try {
    return (await stat(folder)).mtimeMs;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function settle(folder: string, record: ExecutionRecord | undefined): Promise<Ending> {
  const endedAt = Date.now();
  const reason = "its launcher ended before it had started anything";
  const ending: Ending = record
    ? { why: "vanished", endedAt }
    : { why: "not-started", reason, endedAt };
  await conclude(folder, ending);
  return ending;
}
