import { randomUUID } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Instant } from "@meeting-bot/core";
import type { Ending } from "./ending.ts";
import type { ProcessIdentity } from "./processes.ts";
import { codeOf } from "./system-error.ts";

/** What is written down of an execution before anything of it runs. */
export interface ExecutionRecord {
  instanceId: string;
  scope: string;
  token: string;
  timeoutSeconds: number;
  startedAt: Instant;
  supervisor: ProcessIdentity;
}

const RECORD = "execution.json";

/** The file whose presence says that an execution has ended. */
export const ENDING = "ended.json";

/** The record in an execution's folder; undefined before it is written. */
export function readRecord(folder: string): Promise<ExecutionRecord | undefined> {
  return readJson<ExecutionRecord>(join(folder, RECORD));
}

/** Writes the record: whole, or not at all. */
export function writeRecord(folder: string, record: ExecutionRecord): Promise<void> {
  return writeJson(join(folder, RECORD), record);
}

/** How the execution of a folder has ended; undefined while nobody has written it down. */
export function readEnding(folder: string): Promise<Ending | undefined> {
  return readJson<Ending>(join(folder, ENDING));
}

/** Writes down how an execution has ended: whole, or not at all. */
export function writeEnding(folder: string, ending: Ending): Promise<void> {
  return writeJson(join(folder, ENDING), ending);
}

async function readJson<T>(path: string): Promise<T | undefined> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  });
  return text === undefined ? undefined : (JSON.parse(text) as T);
}

async function writeJson(path: string, value: unknown): Promise<void> {
  const part = `${path}.${randomUUID()}`;
  // Without the flush, a machine that stops now may come back with the name and nothing in it.
  await writeFile(part, JSON.stringify(value), { mode: 0o600, flush: true });
  await rename(part, path);
}
