import type { Instant, StoredObject } from "@meeting-bot/core";
import type { LostBytesError } from "./lost-bytes-error.ts";

/** Some of a recording, from one position up to another. */
export interface Cut {
  startByte: number;
  /** Excluded. */
  endByte: number;
  /** When its first byte was seen. */
  startedAt: Instant;
  /** When it was cut: all of its bytes had been seen. */
  untilAt: Instant;
}

/** What is stored as one object; its positions count from the beginning of the take. */
export interface Part extends Cut {
  /** Which of the bot's files it comes from, in the order of their beginning. */
  take: number;
}

/** Whose part it is. */
export interface PartOwner {
  /** The bot instance's id. */
  instance: string;
  attempt: number;
}

/** Makes a part of a cut, by where in the recording its takes begin, and what the first one is called. */
export function toPart(cut: Cut, takeStarts: readonly number[], firstTake: number): Part {
  const index = takeStarts.findLastIndex((start) => start <= cut.startByte);
  const takeByte = takeStarts[index] ?? 0;
  const startByte = cut.startByte - takeByte;
  const endByte = cut.endByte - takeByte;
  return { ...cut, startByte, endByte, take: firstTake + index };
}

/** The custom metadata of a part's object; times in epoch milliseconds. */
export function toMetadata(part: Part, owner: PartOwner): Record<string, string> {
  return {
    instance: owner.instance,
    attempt: String(owner.attempt),
    take: String(part.take),
    "start-byte": String(part.startByte),
    "started-at": String(part.startedAt),
    "until-at": String(part.untilAt),
  };
}

/** Reads a part and its owner from its object; undefined when it is not a part of ours. */
export function readPart({ metadata, bytes }: StoredObject): (Part & PartOwner) | undefined {
  const { instance } = metadata;
  const keys = ["attempt", "start-byte", "started-at", "until-at"];
  // A manager of an earlier version has named no take.
  const texts = [metadata["take"] ?? "1", ...keys.map((key) => metadata[key] ?? "")];
  const numbers = texts.map((text) => Number.parseInt(text, 10));
  const [take = 0, attempt = 0, startByte = 0, startedAt = 0, untilAt = 0] = numbers;
  if (instance === undefined || numbers.some(Number.isNaN)) return undefined;
  return { instance, attempt, take, startByte, endByte: startByte + bytes, startedAt, untilAt };
}

/** Returns what is left of a cut without the bytes that are lost. */
export function withoutLost(cut: Cut, { from, until }: LostBytesError): Cut[] {
  const before = { ...cut, endByte: Math.min(cut.endByte, from) };
  const after = { ...cut, startByte: Math.max(cut.startByte, until) };
  return [before, after].filter(({ startByte, endByte }) => startByte < endByte);
}
