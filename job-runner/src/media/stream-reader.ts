import {
  ELEMENT,
  type ElementHeader,
  readElementHeader,
  readTrackNumber,
  readUnsigned,
} from "./ebml.ts";
import type { StreamLayout, TrackLayout } from "./recording-layout.ts";

/** Entered rather than skipped; what they contain is read as if it stood at the top level. */
const CONTAINERS = new Set<number>([
  ELEMENT.segment,
  ELEMENT.info,
  ELEMENT.tracks,
  ELEMENT.trackEntry,
  ELEMENT.video,
  ELEMENT.cluster,
  ELEMENT.blockGroup,
]);

/** Small payloads that are read whole. */
const VALUES = new Set<number>([
  ELEMENT.timestampScale,
  ELEMENT.trackNumber,
  ELEMENT.trackType,
  ELEMENT.codecId,
  ELEMENT.pixelWidth,
  ELEMENT.pixelHeight,
  ELEMENT.timestamp,
]);
const LONGEST_VALUE = 64;

/** A block starts with its track's number (up to eight bytes) and a signed 16-bit time. */
const BLOCK_HEAD_BYTES = 10;
/** No encoder writes a larger element: such a size is what is left of a damaged header. */
const LARGEST_ELEMENT = 2 ** 30;

const CLUSTER_MAGIC = Buffer.from([0x1f, 0x43, 0xb6, 0x75]);
const KINDS: Record<number, TrackLayout["kind"]> = { 1: "video", 2: "audio" };

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
type Block = { readonly track: Writable<TrackLayout>; readonly timeMs: number };

/**
 * Measures one WebM or Matroska stream from its bytes, pushed in chunks of any size.
 *
 * Never holds more than a header and a small value, whatever the size of the blocks. Where the
 * structure is broken, it goes on at the next cluster.
 */
export class StreamReader {
  readonly #startByte: number;
  readonly #tracks: Writable<TrackLayout>[] = [];
  #carry: Buffer = Buffer.alloc(0);
  #consumed = 0;
  #declaredEnd = 0;
  #skip = 0;
  #block: Block | undefined;
  #isLost = false;
  #msPerTick = 1;
  #clusterTicks = 0;

  constructor(startByte: number) {
    this.#startByte = startByte;
  }

  /** Takes the next bytes of the stream. */
  push(bytes: Buffer): void {
    const data = this.#carry.length === 0 ? bytes : Buffer.concat([this.#carry, bytes]);
    let at = 0;
    for (let taken = -1; taken !== 0 && at < data.length; at += taken) {
      taken = this.#take(data, at);
      this.#consumed += taken;
    }
    this.#carry = Buffer.from(data.subarray(at));
  }

  /** Returns what the stream held; a block that was cut off does not count. */
  end(): StreamLayout {
    const endByte = this.#startByte + this.#consumed + this.#carry.length;
    const times = this.#tracks.flatMap(({ firstMs, lastMs }) =>
      firstMs === undefined || lastMs === undefined ? [] : [firstMs, lastMs],
    );
    return {
      startByte: this.#startByte,
      endByte,
      tracks: this.#tracks,
      ...(times.length > 0 && { firstMs: Math.min(...times), lastMs: Math.max(...times) }),
      truncated:
        this.#isLost ||
        this.#skip > 0 ||
        this.#carry.length > 0 ||
        this.#declaredEnd > this.#consumed,
    };
  }

  /** Takes what it can at `at` and says how many bytes that was; none: it needs more. */
  #take(data: Buffer, at: number): number {
    if (this.#skip > 0) return this.#takePayload(data.length - at);
    if (this.#isLost) {
      const gap = this.#takeUpToCluster(data, at);
      if (gap > 0 || this.#isLost) return gap;
    }
    const header = readElementHeader(data, at);
    if (header === "incomplete") return 0;
    if (header === "invalid") return this.#loseTheThread();
    return this.#takeElement(header, data, at + header.length);
  }

  #takePayload(available: number): number {
    const taken = Math.min(this.#skip, available);
    this.#skip -= taken;
    if (this.#skip === 0 && this.#block) this.#count(this.#block);
    return taken;
  }

  #takeUpToCluster(data: Buffer, at: number): number {
    const cluster = data.indexOf(CLUSTER_MAGIC, at);
    this.#isLost = cluster < 0;
    if (cluster >= 0) return cluster - at;
    return Math.max(0, data.length - at - CLUSTER_MAGIC.length + 1);
  }

  #takeElement(header: ElementHeader, data: Buffer, body: number): number {
    const { id, size, length } = header;
    if (CONTAINERS.has(id)) return this.#enter(header);
    if (size === undefined || size > LARGEST_ELEMENT) return this.#loseTheThread();
    if (VALUES.has(id) && size <= LONGEST_VALUE) {
      if (body + size > data.length) return 0;
      this.#readValue(id, data.subarray(body, body + size));
      return length + size;
    }
    if (id === ELEMENT.simpleBlock || id === ELEMENT.block) {
      if (body + Math.min(size, BLOCK_HEAD_BYTES) > data.length) return 0;
      this.#block = this.#readBlockHead(data.subarray(body, body + size));
    }
    this.#skip = size;
    return length;
  }

  #enter({ id, size, length }: ElementHeader): number {
    if (id === ELEMENT.trackEntry) {
      this.#tracks.push({ number: 0, kind: "other", codecId: "", blocks: 0 });
    }
    if (size !== undefined) {
      this.#declaredEnd = Math.max(this.#declaredEnd, this.#consumed + length + size);
    }
    return length;
  }

  #loseTheThread(): number {
    this.#isLost = true;
    return 1;
  }

  #readValue(id: number, payload: Buffer): void {
    if (id === ELEMENT.timestampScale) this.#msPerTick = readUnsigned(payload) / 1e6;
    if (id === ELEMENT.timestamp) this.#clusterTicks = readUnsigned(payload);
    const track = this.#tracks.at(-1);
    if (!track) return;
    if (id === ELEMENT.trackNumber) track.number = readUnsigned(payload);
    if (id === ELEMENT.trackType) track.kind = KINDS[readUnsigned(payload)] ?? "other";
    if (id === ELEMENT.codecId) track.codecId = payload.toString("latin1");
    if (id === ELEMENT.pixelWidth) track.width = readUnsigned(payload);
    if (id === ELEMENT.pixelHeight) track.height = readUnsigned(payload);
  }

  #readBlockHead(payload: Buffer): Block | undefined {
    const { number, length } = readTrackNumber(payload, 0);
    const track = this.#tracks.find((candidate) => candidate.number === number);
    if (!track || payload.length < length + 2) return undefined;
    return { track, timeMs: (this.#clusterTicks + payload.readInt16BE(length)) * this.#msPerTick };
  }

  #count({ track, timeMs }: Block): void {
    track.blocks += 1;
    track.firstMs = Math.min(track.firstMs ?? timeMs, timeMs);
    track.lastMs = Math.max(track.lastMs ?? timeMs, timeMs);
    this.#block = undefined;
  }
}
