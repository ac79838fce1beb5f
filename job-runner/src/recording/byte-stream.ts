import { Readable } from "node:stream";

/** Gives some bytes from `position` on; undefined at the end. */
export type ReadFrom = (position: number, signal: AbortSignal) => Promise<Buffer | undefined>;

/** Streams what a function reads; destroying the stream aborts a read that waits. */
export class ByteStream extends Readable {
  readonly #read: ReadFrom;
  readonly #abort = new AbortController();
  #position: number;

  constructor(start: number, read: ReadFrom) {
    super();
    this.#position = start;
    this.#read = read;
  }

  override _read(): void {
    this.#read(this.#position, this.#abort.signal).then(
      (bytes) => {
        this.#position += bytes?.length ?? 0;
        this.push(bytes ?? null);
      },
      (error: Error) => this.destroy(error),
    );
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#abort.abort(error ?? undefined);
    callback(error);
  }
}
