import type { Instant, StoredObject } from "@meeting-bot/core";
import type { LostBytesError } from "./lost-bytes-error.ts";

/** A piece of a recording, stored as one object. */
export interface Part {
  startByte: number;
  /** Excluded. */
  endByte: number;
  /** When its first byte was seen. */
  startedAt: Instant;
  /** When it was cut: all of its bytes had been seen. */
  untilAt: Instant;
}

/** Whose part it is. */
export interface PartOwner {
  /** The bot instance's id. */
  instance: string;
  attempt: number;
}

/** The custom metadata of a part's object; times in epoch milliseconds. */
export function toMetadata(part: Part, owner: PartOwner): Record<string, string> {
  return {
    instance: owner.instance,
    attempt: String(owner.attempt),
    "start-byte": String(part.startByte),
    "started-at": String(part.startedAt),
    "until-at": String(part.untilAt),
  };
}

/** Reads a part and its owner from its object; undefined when it is not a part of ours. */
export function readPart({ metadata, bytes }: StoredObject): (Part & PartOwner) | undefined {
  const { instance } = metadata;
  const keys = ["attempt", "start-byte", "started-at", "until-at"];
  const numbers = keys.map((key) => Number.parseInt(metadata[key] ?? "", 10));
  const [attempt = 0, startByte = 0, startedAt = 0, untilAt = 0] = numbers;
  if (instance === undefined || numbers.some(Number.isNaN)) return undefined;
  return { instance, attempt, startByte, endByte: startByte + bytes, startedAt, untilAt };
}

/** Returns what is left of a part without the bytes that are lost. */
export function withoutLost(part: Part, { from, until }: LostBytesError): Part[] {
  const before = { ...part, endByte: Math.min(part.endByte, from) };
  const after = { ...part, startByte: Math.max(part.startByte, until) };
  return [before, after].filter(({ startByte, endByte }) => startByte < endByte);
}
