import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import type { MeasuredBytes } from "../media/live-bytes.ts";
import type { RecordingLayout, StreamLayout } from "../media/recording-layout.ts";

/** A finished file and what it holds. */
export interface MeasuredFile {
  readonly path: string;
  readonly layout: RecordingLayout;
}

/**
 * What earlier attempts have saved, with a recording that still grows behind it, as one recording: so
 * that it is converted in one go, the old part of it while the new one is made.
 */
export class ContinuedBytes implements MeasuredBytes {
  readonly #files: readonly MeasuredFile[];
  readonly #growing: MeasuredBytes;
  readonly #offset: number;

  constructor(files: readonly MeasuredFile[], growing: MeasuredBytes) {
    this.#files = files;
    this.#growing = growing;
    this.#offset = files.reduce((sum, { layout }) => sum + layout.bytes, 0);
  }

  get length(): number {
    return this.#offset + this.#growing.length;
  }

  get ended(): boolean {
    return this.#growing.ended;
  }

  layout(): RecordingLayout {
    const layouts = [...this.#files.map(({ layout }) => layout), this.#growing.layout()];
    const streams: StreamLayout[] = [];
    let bytes = 0;
    for (const layout of layouts) {
      streams.push(...layout.streams.map((stream) => shift(stream, bytes)));
      bytes += layout.bytes;
    }
    return { bytes, streams };
  }

  open(start: number, end = Number.POSITIVE_INFINITY): Readable {
    return Readable.from(this.#read(start, end), { objectMode: false });
  }

  changed(length: number, signal?: AbortSignal): Promise<void> {
    return this.#growing.changed(length - this.#offset, signal);
  }

  async *#read(start: number, end: number): AsyncGenerator<Buffer> {
    let fileStart = 0;
    for (const { path, layout } of this.#files) {
      const from = Math.max(0, start - fileStart);
      const to = Math.min(layout.bytes, end - fileStart);
      if (from < to) yield* createReadStream(path, { start: from, end: to - 1 });
      fileStart += layout.bytes;
    }
    if (end <= this.#offset) return;
    yield* this.#growing.open(Math.max(0, start - this.#offset), end - this.#offset);
  }
}

function shift(stream: StreamLayout, bytes: number): StreamLayout {
  return { ...stream, startByte: stream.startByte + bytes, endByte: stream.endByte + bytes };
}
