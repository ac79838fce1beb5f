import { ELEMENT } from "../../../src/media/ebml.ts";

/** The id of an element that holds nothing. */
export const VOID = 0xec;

/** Builds an element with a one-byte size, or an eight-byte one when its payload needs it. */
export function element(id: number, ...payload: (Buffer | string)[]): Buffer {
  const body = Buffer.concat(payload.map((part) => Buffer.from(part)));
  return Buffer.concat([idBytes(id), sizeBytes(body.length), body]);
}

/** Builds the head of an element whose size is not known yet, as live muxers write it. */
export function openElement(id: number): Buffer {
  return Buffer.concat([idBytes(id), Buffer.from("01ffffffffffffff", "hex")]);
}

/** Builds a number as live muxers write it: as few bytes as possible. */
export function unsigned(value: number): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
}

/** Builds a simple block of a track, `offset` ticks after its cluster, with `bytes` of payload. */
export function simpleBlock(track: number, offset: number, bytes = 20): Buffer {
  return element(ELEMENT.simpleBlock, blockHead(track, offset), Buffer.alloc(bytes, 0x5a));
}

/** Builds a block inside a group, as Chromium does for the last frame of a cluster. */
export function groupedBlock(track: number, offset: number, bytes = 20): Buffer {
  const block = element(ELEMENT.block, blockHead(track, offset), Buffer.alloc(bytes, 0x5a));
  return element(ELEMENT.blockGroup, block);
}

/** Builds an open cluster that starts at `ticks`. */
export function cluster(ticks: number, ...blocks: Buffer[]): Buffer {
  return Buffer.concat([
    openElement(ELEMENT.cluster),
    element(ELEMENT.timestamp, unsigned(ticks)),
    ...blocks,
  ]);
}

/** Builds a live stream up to its first cluster: VP9 of 640×360 as track 1, Opus as track 2. */
export function streamHead(docType = "webm", nanosecondsPerTick = 1_000_000): Buffer {
  const video = element(
    ELEMENT.video,
    element(ELEMENT.pixelWidth, unsigned(640)),
    element(ELEMENT.pixelHeight, unsigned(360)),
  );
  return Buffer.concat([
    element(ELEMENT.ebmlHeader, element(0x4286, unsigned(1)), element(0x4282, docType)),
    openElement(ELEMENT.segment),
    element(ELEMENT.info, element(ELEMENT.timestampScale, unsigned(nanosecondsPerTick))),
    element(
      ELEMENT.tracks,
      element(ELEMENT.trackEntry, ...trackFields(1, 1, "V_VP9"), video),
      element(ELEMENT.trackEntry, ...trackFields(2, 2, "A_OPUS")),
    ),
  ]);
}

function trackFields(number: number, type: number, codecId: string): Buffer[] {
  return [
    element(ELEMENT.trackNumber, unsigned(number)),
    element(ELEMENT.trackType, unsigned(type)),
    element(ELEMENT.codecId, codecId),
  ];
}

function blockHead(track: number, offset: number): Buffer {
  const head = Buffer.from([0x80 | track, 0, 0, 0x80]);
  head.writeInt16BE(offset, 1);
  return head;
}

function idBytes(id: number): Buffer {
  return unsigned(id);
}

function sizeBytes(size: number): Buffer {
  if (size < 0x7f) return Buffer.from([0x80 | size]);
  const bytes = Buffer.alloc(8);
  bytes.writeUIntBE(size, 2, 6);
  bytes[0] = 0x01;
  return bytes;
}
