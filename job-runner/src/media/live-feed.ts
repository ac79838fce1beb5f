import { Readable } from "node:stream";
import type { GrowingBytes } from "../recording/growing-recording.ts";
import { createStreamSplitter } from "./stream-splitter.ts";

/**
 * The bytes of one stream of a recording that may still grow, as they come: from its header at
 * `startByte` up to the next stream's header, or to the end of the recording.
 * ffmpeg would read on across a header: a copy squeezes the second stream into the first.
 */
export class LiveFeed extends Readable {
  readonly #source: Readable;
  #isOver = false;

  constructor(bytes: GrowingBytes, startByte: number) {
    super();
    const splitter = createStreamSplitter({
      begin: (at) => {
        if (at > 0) this.#finish();
      },
      bytes: (part) => this.#pass(part),
    });
    this.#source = bytes
      .open(startByte)
      .on("data", (chunk: Buffer) => splitter.push(chunk))
      .on("error", (error) => this.destroy(error))
      .on("close", () => {
        // What is cut off must not look like the end.
        if (!this.#isOver) this.destroy();
      })
      .on("end", () => {
        splitter.end();
        this.#finish();
      })
      .pause();
  }

  override _read(): void {
    this.#source.resume();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#isOver = true;
    this.#source.destroy();
    callback(error);
  }

  /** The splitter reuses its buffer: what waits here must be a copy. */
  #pass(part: Buffer): void {
    if (this.#isOver) return;
    if (!this.push(Buffer.from(part))) this.#source.pause();
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.push(null);
    this.#source.destroy();
  }
}
