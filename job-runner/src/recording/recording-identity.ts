import { ELEMENT, readElementHeader } from "../media/ebml.ts";

/** How much of a recording's beginning tells it from another: the head and its first frames. */
export const KNOWN_BYTES = 128 * 1024;

/** How much of a file is looked through for them: an index of hours may stand before them. */
export const SEARCHED_BYTES = 4 * 1024 * 1024;

/** TrackUID (RFC 9559, section 5.1.4.1.2): live muxers draw it anew for every recording. */
const TRACK_UID = 0x73c5;

const ENTERED = new Set<number>([ELEMENT.segment, ELEMENT.tracks, ELEMENT.trackEntry]);

/** Where an MP4's media bytes begin. */
const MP4_MEDIA = Buffer.from("mdat");

/** Whether a file holds the recording that is known already, and if so by how much it is shifted. */
export type Sameness =
  | { kind: "same"; bodyByte: number; shift: number }
  | { kind: "different" }
  /** Its beginning is too short yet to tell. */
  | { kind: "undecided" };

interface Beginning {
  /** Where the media begins. */
  bodyByte: number;
  uids: string;
}

/**
 * Compares a recording's beginning, of at most `KNOWN_BYTES`, with a file's, of at most
 * `SEARCHED_BYTES`. A recording that was rewritten keeps its tracks' ids and its first frames,
 * whatever was put into its head; the next recording of the same room has neither.
 */
export function compareBeginnings(known: Buffer, found: Buffer): Sameness {
  const old = readBeginning(known) ?? { bodyByte: 0, uids: "" };
  const now = old.bodyByte === 0 ? old : readBeginning(found);
  if (!now) return { kind: found.length < SEARCHED_BYTES ? "undecided" : "different" };
  const oldBody = known.subarray(old.bodyByte);
  const body = found.subarray(now.bodyByte, now.bodyByte + oldBody.length);
  if (old.uids !== now.uids || !oldBody.subarray(0, body.length).equals(body)) {
    return { kind: "different" };
  }
  if (body.length < oldBody.length) return { kind: "undecided" };
  return { kind: "same", bodyByte: old.bodyByte, shift: now.bodyByte - old.bodyByte };
}

/** Finds where the media begins: undefined while it does not. */
function readBeginning(bytes: Buffer): Beginning | undefined {
  const media = bytes.indexOf(MP4_MEDIA);
  return (
    readWebmHead(bytes) ??
    (media < 0 ? undefined : { bodyByte: media + MP4_MEDIA.length, uids: "" })
  );
}

/** Walks a WebM's head to its first cluster; undefined when it is not there. */
function readWebmHead(bytes: Buffer): Beginning | undefined {
  const uids: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const header = readElementHeader(bytes, at);
    if (typeof header === "string") return undefined;
    const { id, size, length } = header;
    at += length;
    if (id === ELEMENT.cluster) return { bodyByte: at, uids: uids.join() };
    if (ENTERED.has(id)) continue;
    if (size === undefined) return undefined;
    if (id === TRACK_UID) uids.push(bytes.toString("hex", at, at + size));
    at += size;
  }
  return undefined;
}
