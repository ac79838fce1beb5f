import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import {
  type Instant,
  partPrefix,
  type RecordingStore,
  type StoredObject,
} from "@meeting-bot/core";
import { aborted } from "../aborted.ts";
import { type Part, type PartOwner, readPart } from "./part.ts";

/** What one claim has stored of a recording. */
export interface StoredAttempt {
  /** The claim's token, as it stands in the parts' names. */
  token: string;
  attempt: number;
  /** In order. */
  parts: readonly StoredObject[];
  startedAt: Instant;
  untilAt: Instant;
  /** The numbers of the parts that are not there although a later one is. */
  missing: readonly number[];
  /** Bytes known to lie between the parts, and not stored. */
  lostBytes: number;
}

/** Whose parts are looked for. */
export interface PartsWanted {
  /** The bot instance's id: two instances may share a path. */
  instance: string;
  /** The claim whose parts are left out: one's own. */
  except?: string;
}

/** At once, when parts are removed. */
const REMOVALS = 8;

/** A part that is stored. */
export interface StoredPart {
  /** The claim's token, as it stands in the part's name. */
  token: string;
  /** Its number, in the part's name. */
  sequence: number;
  object: StoredObject;
  part: Part & PartOwner;
}

/** Finds what earlier attempts have stored of an instance's recording, the earliest first. */
export async function findStoredAttempts(
  store: Pick<RecordingStore, "list">,
  path: string,
  { instance, except }: PartsWanted,
): Promise<StoredAttempt[]> {
  const own = except === undefined ? undefined : partPrefix(path, except);
  const found = await listParts(store, path, { instance });
  const wanted = found.filter(({ object }) => own === undefined || !object.name.startsWith(own));
  const attempts = Object.values(Object.groupBy(wanted, ({ token }) => token));
  return attempts
    .flatMap((parts) => (parts ? [describe(parts)] : []))
    .sort((a, b) => a.attempt - b.attempt || a.startedAt - b.startedAt);
}

/** Fetches an attempt's parts, one after the other, into one local file, which is replaced. */
export async function fetchAttempt(
  store: Pick<RecordingStore, "get">,
  { parts }: StoredAttempt,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const bytes = async function* () {
    for (const { name } of parts) yield* store.get(name);
  };
  await pipeline(bytes, createWriteStream(file), { signal });
}

/**
 * Removes every part of the attempts, several at once; returns what went wrong, and goes on after it.
 * Once the signal is aborted it asks for no more, and does not wait for what it has asked for.
 */
export async function removeParts(
  store: Pick<RecordingStore, "remove">,
  attempts: readonly StoredAttempt[],
  signal?: AbortSignal,
): Promise<Error[]> {
  const errors: Error[] = [];
  const parts = attempts.flatMap((attempt) => attempt.parts).values();
  const removeRest = async () => {
    for (const { name, generation } of parts) {
      if (signal?.aborted) return;
      await store.remove(name, generation).catch((error: Error) => errors.push(error));
    }
  };
  const removed = Promise.all(Array.from({ length: REMOVALS }, removeRest));
  await Promise.race(signal ? [removed, aborted(signal)] : [removed]);
  return [...errors];
}

/**
 * Removes every part of an instance's recording, and looks again: one that was cut off on its way to
 * the store may have come to be meanwhile. Otherwise as `removeParts`.
 */
export async function removeAllParts(
  store: Pick<RecordingStore, "list" | "remove">,
  path: string,
  wanted: PartsWanted,
  signal: AbortSignal,
): Promise<Error[]> {
  while (!signal.aborted) {
    const stored = await findStoredAttempts(store, path, wanted);
    if (stored.length === 0) break;
    const errors = await removeParts(store, stored, signal);
    if (errors.length > 0) return errors;
  }
  return [];
}

/** Lists the parts of an instance, or of one of its claims, by name: each claim's in order. */
export async function listParts(
  store: Pick<RecordingStore, "list">,
  path: string,
  { instance, claimToken }: { instance: string; claimToken?: string },
): Promise<StoredPart[]> {
  const prefix = claimToken === undefined ? `${path}/raw/` : partPrefix(path, claimToken);
  const found: StoredPart[] = [];
  for await (const object of store.list(prefix)) {
    const part = recognise(path, object);
    if (part?.part.instance === instance) found.push(part);
  }
  return found;
}

/** Reads `{path}/raw/{token}/000001.part`, or its alternative `…/000001-2.part`. */
function recognise(path: string, object: StoredObject): StoredPart | undefined {
  const rest = object.name.slice(`${path}/raw/`.length);
  const [, token, digits] = /^([^/]+)\/(\d{6,})(?:-\d+)?\.part$/.exec(rest) ?? [];
  const part = readPart(object);
  if (token === undefined || digits === undefined || !part) return undefined;
  return { token, sequence: Number(digits), object, part };
}

function describe(found: StoredPart[]): StoredAttempt {
  const inOrder = found.toSorted((a, b) => a.sequence - b.sequence);
  const [first] = inOrder;
  const last = inOrder.at(-1);
  if (!first || !last) throw new Error("An attempt has no parts.");
  const present = new Set(inOrder.map(({ sequence }) => sequence));
  const all = Array.from({ length: last.sequence }, (_, index) => index + 1);
  return {
    token: first.token,
    attempt: first.part.attempt,
    parts: inOrder.map(({ object }) => object),
    startedAt: first.part.startedAt,
    untilAt: last.part.untilAt,
    missing: all.filter((sequence) => !present.has(sequence)),
    lostBytes: countLost(inOrder.map(({ part }) => part)),
  };
}

function countLost(parts: readonly Part[]): number {
  return parts.reduce((lost, { take, startByte }, i) => {
    const before = parts[i - 1];
    return lost + Math.max(0, startByte - (before?.take === take ? before.endByte : 0));
  }, 0);
}
