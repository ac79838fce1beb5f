import type { RecordingLayout, StreamLayout } from "../media/recording-layout.ts";
import { StreamReader } from "../media/stream-reader.ts";
import { createStreamSplitter } from "../media/stream-splitter.ts";

const EBML_MAGIC = Buffer.from([0x1a, 0x45, 0xdf, 0xa3]);

/** After so many bytes from its magic number the splitter has decided whether a header is one. */
const UNDECIDED_BYTES = 64;

/** Measures a recording as it comes, and can be asked at any time. */
export class LiveLayout {
  readonly #finished: StreamLayout[] = [];
  #reader: StreamReader | undefined;
  #tail: Buffer = Buffer.alloc(0);
  #bytes = 0;
  readonly #splitter = createStreamSplitter({
    begin: (startByte) => {
      if (this.#reader) this.#finished.push(this.#reader.end());
      this.#reader = new StreamReader(startByte);
    },
    bytes: (part) => this.#reader?.push(part),
  });

  /** Bytes whose stream is known: not yet those that may turn out to be another one's header. */
  get decidedBytes(): number {
    return this.#bytes - countUndecided(this.#tail);
  }

  push(chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#splitter.push(chunk);
    const end = chunk.subarray(Math.max(0, chunk.length - UNDECIDED_BYTES));
    this.#tail = Buffer.concat([this.#tail, end]).subarray(-UNDECIDED_BYTES);
  }

  /** Says that there are no more bytes. */
  end(): void {
    this.#splitter.end();
    this.#tail = Buffer.alloc(0);
  }

  /** Returns what has been seen so far; a later call does not change it. */
  read(): RecordingLayout {
    const current = this.#reader ? [structuredClone(this.#reader.end())] : [];
    return { bytes: this.#bytes, streams: [...this.#finished, ...current] };
  }
}

/** How many of the last bytes begin with the magic number, or with as much of it as there is. */
function countUndecided(tail: Buffer): number {
  const whole = tail.indexOf(EBML_MAGIC);
  if (whole >= 0) return tail.length - whole;
  const begun = [3, 2, 1].find((length) =>
    tail.subarray(-length).equals(EBML_MAGIC.subarray(0, length)),
  );
  return begun ?? 0;
}
