import type { Instant, RecordingStore, StoredObject } from "@meeting-bot/core";
import { digestOf, holds } from "@meeting-bot/storage";
import type { RecordedBytes } from "./growing-recording.ts";
import { LostBytesError } from "./lost-bytes-error.ts";
import type { Part } from "./part.ts";
import { listParts } from "./stored-parts.ts";

/** What a claim has stored before, and where it goes on. */
export interface PartsBegun {
  /** The number of the last part. */
  parts: number;
  bytesStored: number;
  /** When the first part was begun. */
  startedAt: Instant | undefined;
  /** The first position in the recording that is not stored. */
  byte: number;
  /** What the recording's first take is called in the parts. */
  firstTake: number;
  /** Whether every take that is stored is in the recording too: the bot has destroyed none unseen. */
  isWhole: boolean;
}

/** Where a claim begins that has stored nothing. */
export const NOTHING_BEGUN: PartsBegun = {
  parts: 0,
  bytesStored: 0,
  startedAt: undefined,
  byte: 0,
  firstTake: 1,
  isWhole: true,
};

/**
 * Finds where a claim's own parts end in the recording, for a manager that was restarted beside its
 * bot. When no take holds the last part, the bot has replaced the file while nobody followed it: the one
 * that is there now is stored from its start, after the parts that are there. Look at the recording
 * before asking.
 */
export async function findBegun(
  store: Pick<RecordingStore, "list">,
  path: string,
  claim: { instance: string; claimToken: string },
  recording: RecordedBytes,
): Promise<PartsBegun> {
  const found = await listParts(store, path, claim);
  const [first] = found;
  const last = found.at(-1);
  if (!first || !last) return NOTHING_BEGUN;
  const { take, endByte } = last.part;
  const known = {
    parts: last.sequence,
    bytesStored: found.reduce((sum, { object }) => sum + object.bytes, 0),
    startedAt: first.part.startedAt,
  };
  const index = await findTake(recording, last.part, last.object);
  if (index === undefined) {
    const newest = Math.max(0, recording.takeStarts.length - 1);
    const byte = recording.takeStarts[newest] ?? 0;
    return { ...known, byte, firstTake: take + 1 - newest, isWhole: false };
  }
  const storedTakes = new Set(found.map(({ part }) => part.take)).size;
  const byte = (recording.takeStarts[index] ?? 0) + endByte;
  return { ...known, byte, firstTake: take - index, isWhole: storedTakes === index + 1 };
}

/** Finds the take that holds a part; the newest first. */
async function findTake(
  recording: RecordedBytes,
  part: Part,
  object: StoredObject,
): Promise<number | undefined> {
  const { takeStarts, length } = recording;
  for (const [index, start] of [...takeStarts.entries()].reverse()) {
    const end = takeStarts[index + 1] ?? length;
    if (start + part.endByte > end) continue;
    const open = () => recording.open(start + part.startByte, start + part.endByte);
    const digest = await digestOf({ open }).catch((error) => {
      if (!(error.cause instanceof LostBytesError)) throw error;
    });
    if (digest && holds(object, digest)) return index;
  }
  return undefined;
}
