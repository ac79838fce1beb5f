import type { FollowedFile } from "./followed-file.ts";
import { LostBytesError } from "./lost-bytes-error.ts";
import { KNOWN_BYTES } from "./recording-identity.ts";

/** Where the bytes of a take lie now: those from `from` on at `shift` bytes further in a file. */
export interface TakeSource {
  file: FollowedFile;
  from: number;
  shift: number;
}

/** What the bot recorded into one file from its beginning on; positions count from the take's start. */
export class Take {
  /** The position in the whole recording at which it begins. */
  readonly startByte: number;
  /** Undefined while nobody knows where its bytes are, or whether they still are. */
  source: TakeSource | undefined;
  length = 0;
  /** Its first bytes as they were first written. */
  head: Buffer = Buffer.alloc(0);

  constructor(startByte: number, source: TakeSource) {
    this.startByte = startByte;
    this.source = source;
  }

  /** Whether none of it is lost. */
  get isWhole(): boolean {
    return this.source !== undefined && this.source.from <= this.head.length;
  }

  /** Counts bytes that have been read for the first time. */
  append(chunk: Buffer): void {
    this.length += chunk.length;
    const missing = KNOWN_BYTES - this.head.length;
    if (missing > 0) this.head = Buffer.concat([this.head, chunk.subarray(0, missing)]);
  }

  /** Streams a whole take as it was first written. */
  async *contents(): AsyncGenerator<Buffer> {
    const known = this.head.length;
    yield this.head;
    const { file, shift } = this.source ?? {};
    if (file && shift !== undefined && this.length > known) {
      yield* file.stream(known + shift, this.length + shift);
    }
  }

  /**
   * Reads some of the bytes from `start` up to `end`; undefined when the file has changed under our
   * hands and must be looked at first. Throws `LostBytesError` where bytes are gone for good.
   */
  async read(start: number, end: number): Promise<Buffer | undefined> {
    if (start < this.head.length) return this.head.subarray(start, end);
    for (;;) {
      const source = this.source;
      try {
        const bytes = source && (await this.#readFrom(source, start, end));
        // Another source, and the file's state is another one's: what was read may be anything.
        if (this.source === source) return bytes;
      } catch (error) {
        // So it is when the file was closed meanwhile, for a copy of it.
        if (this.source === source) throw error;
      }
    }
  }

  async #readFrom({ file, from, shift }: TakeSource, start: number, end: number) {
    if (start < from) {
      const until = Math.min(from, this.length);
      throw new LostBytesError(this.startByte + start, this.startByte + until);
    }
    const bytes = await file.read(start + shift, end - start);
    return bytes.length > 0 && (await file.isIntact()) ? bytes : undefined;
  }
}
