/** Identifiers of the Matroska elements that a live recording consists of (RFC 9559). */
export const elementId = {
  segment: 0x18538067,
  info: 0x1549a966,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackType: 0x83,
  trackUid: 0x73c5,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
} as const;

/** One EBML element: offsets count from the start of the bytes it was read from. */
export interface Element {
  id: number;
  start: number;
  dataStart: number;
  /** Where the next sibling starts; an element of unknown size reaches to the end of the bytes. */
  end: number;
}

/** Yields the elements that lie side by side in `bytes` from `start` to `end`. */
export function* siblings(bytes: Buffer, start: number, end: number): Generator<Element> {
  for (let at = start; at < end; ) {
    const element = readElement(bytes, at);
    yield element;
    at = element.end;
  }
}

/**
 * Yields every element of a live recording in file order, stepping into Segment and Clusters, whose
 * size is unknown while they are written, and over all others.
 */
export function* walkLive(bytes: Buffer): Generator<Element> {
  for (let at = 0; at < bytes.length; ) {
    const element = readElement(bytes, at);
    yield element;
    const open = element.id === elementId.segment || element.id === elementId.cluster;
    at = open ? element.dataStart : element.end;
  }
}

/** Reads the unsigned integer (at most six bytes) that an element holds. */
export function unsignedValue(bytes: Buffer, element: Element): number {
  return bytes.readUIntBE(element.dataStart, element.end - element.dataStart);
}

/** Reads a variable-length integer (RFC 8794, 4): its value without the length marker. */
export function readVint(bytes: Buffer, at: number): { value: number; length: number } {
  const length = vintLength(bytes, at);
  const mask = 0xff >> length;
  const value = bytes
    .subarray(at + 1, at + length)
    .reduce((sum, byte) => sum * 256 + byte, bytes.readUInt8(at) & mask);
  return { value, length };
}

/** The head of a Void (RFC 8794, 11.3.2), an element to be skipped, of so many bytes. */
export function voidHead(size: number): Buffer {
  const head = Buffer.from("ec0100000000000000", "hex");
  head.writeUIntBE(size, head.length - 6, 6);
  return head;
}

function readElement(bytes: Buffer, start: number): Element {
  const idLength = vintLength(bytes, start);
  const size = readVint(bytes, start + idLength);
  const dataStart = start + idLength + size.length;
  const unknown = size.value === 2 ** (7 * size.length) - 1;
  const end = unknown ? bytes.length : dataStart + size.value;
  return { id: bytes.readUIntBE(start, idLength), start, dataStart, end };
}

/** The number of leading zero bits of the first byte, plus one. */
function vintLength(bytes: Buffer, at: number): number {
  return Math.clz32(bytes.readUInt8(at)) - 23;
}
