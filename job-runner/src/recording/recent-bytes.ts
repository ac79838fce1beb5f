/** The last bytes of a recording, in memory: what a bot that truncates its file cannot take away. */
export class RecentBytes {
  readonly #ring: Buffer;
  #end = 0;

  /** @param capacity how many bytes are kept */
  constructor(capacity: number) {
    this.#ring = Buffer.allocUnsafeSlow(capacity);
  }

  /** The position of the first byte that is kept. */
  get start(): number {
    return Math.max(0, this.#end - this.#ring.length);
  }

  push(bytes: Buffer): void {
    const kept = bytes.subarray(Math.max(0, bytes.length - this.#ring.length));
    const at = (this.#end + bytes.length - kept.length) % this.#ring.length;
    const copied = kept.copy(this.#ring, at);
    kept.copy(this.#ring, 0, copied);
    this.#end += bytes.length;
  }

  /** Returns the bytes from `start` on, in pieces in order; valid until the next `push`. */
  from(start: number): Buffer[] {
    const at = start % this.#ring.length;
    const count = this.#end - start;
    const first = this.#ring.subarray(at, at + count);
    return [first, this.#ring.subarray(0, count - first.length)];
  }
}
