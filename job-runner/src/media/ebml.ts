/**
 * The ids of the Matroska elements that a recording is measured by (RFC 9559, section 5), marker
 * bits included.
 */
export const ELEMENT = {
  ebmlHeader: 0x1a45dfa3,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackType: 0x83,
  codecId: 0x86,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
} as const;

/** An element's id, the size of its payload (undefined: open-ended) and its own length, in bytes. */
export interface ElementHeader {
  readonly id: number;
  readonly size: number | undefined;
  readonly length: number;
}

/**
 * Reads the element header at `at`.
 * `incomplete` asks for more bytes (a header has at most twelve); `invalid` cannot be a header.
 */
export function readElementHeader(
  bytes: Buffer,
  at: number,
): ElementHeader | "incomplete" | "invalid" {
  const idLength = vintLength(bytes[at]);
  if (idLength === undefined) return "incomplete";
  if (idLength > 4) return "invalid";
  const sizeLength = vintLength(bytes[at + idLength]);
  if (sizeLength === undefined) return "incomplete";
  if (sizeLength > 8) return "invalid";
  const length = idLength + sizeLength;
  if (at + length > bytes.length) return "incomplete";
  const size = readVint(bytes, at + idLength, sizeLength);
  return {
    id: bytes.readUIntBE(at, idLength),
    size: size < openSize(sizeLength) ? size : undefined,
    length,
  };
}

/** Reads the number of the track that a block's payload at `at` belongs to, and how long it is. */
export function readTrackNumber(bytes: Buffer, at: number): { number: number; length: number } {
  const length = vintLength(bytes[at]) ?? 1;
  return { number: readVint(bytes, at, length), length };
}

/** Reads a whole payload as the big-endian unsigned integer of up to eight bytes that it is. */
export function readUnsigned(payload: Buffer): number {
  return payload.reduce((value, byte) => value * 256 + byte, 0);
}

/** A variable-size integer announces its length by the leading zeros of its first byte. */
function vintLength(first: number | undefined): number | undefined {
  return first === undefined ? undefined : Math.clz32(first) - 23;
}

function readVint(bytes: Buffer, at: number, length: number): number {
  let value = (bytes[at] ?? 0) & (0xff >> length);
  for (let i = 1; i < length; i++) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}

/** The size whose bits are all ones means "unknown": live muxers write it for open elements. */
function openSize(length: number): number {
  return 2 ** (7 * length) - 1;
}
