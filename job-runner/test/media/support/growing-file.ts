import { createReadStream } from "node:fs";
import { appendFile, writeFile } from "node:fs/promises";
import { Readable } from "node:stream";
import type { MeasuredBytes } from "../../../src/media/live-bytes.ts";
import type { RecordingLayout } from "../../../src/media/recording-layout.ts";
import { createWebmScanner } from "../../../src/media/webm-scanner.ts";

/** More than the bytes of which it is not known yet whether they begin another stream. */
const UNDECIDED_BYTES = 64;

/** A recording that a test writes to, piece by piece. */
export class GrowingFile implements MeasuredBytes {
  readonly path: string;
  #content: Buffer = Buffer.alloc(0);
  #ended = false;
  #waiting: (() => void)[] = [];

  private constructor(path: string) {
    this.path = path;
  }

  static async create(path: string): Promise<GrowingFile> {
    await writeFile(path, "");
    return new GrowingFile(path);
  }

  get length(): number {
    return this.#content.length;
  }

  get ended(): boolean {
    return this.#ended;
  }

  async append(bytes: Buffer): Promise<void> {
    await appendFile(this.path, bytes);
    this.#content = Buffer.concat([this.#content, bytes]);
    this.#wake();
  }

  /** Says that nothing more will come. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  layout(): RecordingLayout {
    const scanner = createWebmScanner();
    const decided = this.length - (this.#ended ? 0 : UNDECIDED_BYTES);
    scanner.push(this.#content.subarray(0, Math.max(0, decided)));
    return scanner.end();
  }

  async changed(length: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.length > length || this.#ended) return;
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push(resolve);
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    await this.changed(length, signal);
  }

  open(start: number, end = Infinity): Readable {
    const closing = new AbortController();
    const chunks = this.#read(start, end, closing.signal);
    return new Readable({
      read() {
        chunks.next().then(
          ({ value, done }) => this.push(done ? null : value),
          (error) => this.destroy(error),
        );
      },
      destroy(error, callback) {
        closing.abort();
        callback(error);
      },
    });
  }

  async *#read(start: number, end: number, signal: AbortSignal): AsyncGenerator<Buffer> {
    for (let at = start; at < end; ) {
      const upTo = Math.min(end, this.length);
      if (at < upTo) {
        for await (const chunk of createReadStream(this.path, { start: at, end: upTo - 1 })) {
          at += chunk.length;
          yield chunk;
        }
      } else if (this.#ended) return;
      else await this.changed(at, signal);
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
