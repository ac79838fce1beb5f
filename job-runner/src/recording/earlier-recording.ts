import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  type BotInstance,
  type Gap,
  type Instant,
  type RecordingStore,
  SECOND,
} from "@meeting-bot/core";
import type { RecordingLayout } from "../media/recording-layout.ts";
import { measureRecording } from "../media/recording-pieces.ts";
import type { MeasuredFile } from "./continued-bytes.ts";
import { fetchAttempt, findStoredAttempts, type StoredAttempt } from "./stored-parts.ts";

/** What one attempt has recorded, as far as a gap before or after it depends on that. */
export interface Stretch {
  startedAt: Instant;
  untilAt: Instant;
  /** How long it is in the outputs. */
  seconds: number;
}

/** What earlier attempts have saved of a recording, fetched into local files, the earliest first. */
export interface EarlierRecording {
  /** The claims that it was stored by, as they stand in the parts' names. */
  tokens: string[];
  files: MeasuredFile[];
  stretches: Stretch[];
  /** Some of what they recorded is known not to have been stored. */
  hasHoles: boolean;
}

/** What there is for a first attempt. */
export const NOTHING_EARLIER: EarlierRecording = {
  tokens: [],
  files: [],
  stretches: [],
  hasHoles: false,
};

/** What fetching needs. */
export interface FetchRequest {
  store: Pick<RecordingStore, "list" | "get">;
  instance: Pick<BotInstance, "id">;
  /** The recording's path in the store. */
  path: string;
  /** The claim whose own parts are left out. */
  claimToken: string;
  /** A folder of ours; made when missing. */
  folder: string;
  signal: AbortSignal;
}

/** Fetches what earlier attempts of an instance have stored; nothing when there were none. */
export async function fetchEarlierRecording(request: FetchRequest): Promise<EarlierRecording> {
  const { store, instance, path, claimToken, folder, signal } = request;
  const wanted = { instance: instance.id, except: claimToken };
  const attempts = await findStoredAttempts(store, path, wanted);
  if (attempts.length > 0) await mkdir(folder, { recursive: true });
  const tokens = attempts.map(({ token }) => token);
  const earlier: EarlierRecording = { tokens, files: [], stretches: [], hasHoles: false };
  for (const [index, attempt] of attempts.entries()) {
    const file = join(folder, `${index + 1}.webm`);
    await fetchAttempt(store, attempt, file, signal);
    const layout = await measureRecording(file, signal);
    if (layout) add(earlier, attempt, { path: file, layout });
  }
  return earlier;
}

function add(earlier: EarlierRecording, attempt: StoredAttempt, file: MeasuredFile): void {
  const { startedAt, untilAt, missing, lostBytes } = attempt;
  earlier.files.push(file);
  earlier.stretches.push({ startedAt, untilAt, seconds: secondsOf(file.layout) });
  earlier.hasHoles ||= missing.length > 0 || lostBytes > 0;
}

/** How long the streams of a recording are together, each up to its last time stamp. */
export function secondsOf({ streams }: RecordingLayout): number {
  const milliseconds = streams.map(({ firstMs = 0, lastMs = 0 }) => lastMs - firstMs);
  return milliseconds.reduce((sum, length) => sum + length, 0) / 1000;
}

/** By so much the clocks of a manager and of the store may differ, and a first look be late. */
const TOLERANCE_MS = 2 * SECOND;

/**
 * What is missing of a recording whose stretches stand behind each other in the outputs. It was begun
 * at `begunAt`, by the store's clock, if that is known: what an attempt recorded that died before its
 * first part was stored is a gap at the beginning.
 */
export function gapsBetween(stretches: readonly Stretch[], begunAt?: Instant): Gap[] {
  const gaps: Gap[] = [];
  const [first] = stretches;
  if (first && begunAt !== undefined && begunAt < first.startedAt - TOLERANCE_MS) {
    gaps.push({ atSeconds: 0, startedAt: begunAt, endedAt: first.startedAt });
  }
  let atSeconds = 0;
  for (const [index, { seconds, untilAt }] of stretches.entries()) {
    atSeconds += seconds;
    const next = stretches[index + 1];
    if (next) gaps.push({ atSeconds, startedAt: untilAt, endedAt: next.startedAt });
  }
  return gaps;
}
