import { type FileHandle, open, stat } from "node:fs/promises";
import type { Readable } from "node:stream";

/** A file that is begun anew gets another head: a random id stands in it, and the first frame. */
const HEAD_BYTES = 4096;

/** What has become of a file since it was last looked at. */
export type FileNews = "same" | "grew" | "rewritten";

/** A file that somebody else writes, held open: it stays readable under another name, or under none. */
export class FollowedFile {
  /** Where it was last seen. */
  path: string;
  /** Its size when it was last looked at. */
  size = 0;
  readonly #handle: FileHandle;
  readonly #id: string;
  #modifiedMs = 0;
  #head: Buffer = Buffer.alloc(0);

  private constructor(path: string, handle: FileHandle, id: string) {
    this.path = path;
    this.#handle = handle;
    this.#id = id;
  }

  /** Opens a file for reading; undefined when it has just gone. */
  static async open(path: string): Promise<FollowedFile | undefined> {
    const handle = await unlessGone(open(path));
    return handle && new FollowedFile(path, handle, idOf(await handle.stat()));
  }

  /** Whether the file lies at `path` now. */
  async liesAt(path: string): Promise<boolean> {
    const found = await unlessGone(stat(path));
    return found !== undefined && idOf(found) === this.#id;
  }

  /** Looks at size and head; a file that was rewritten must be begun again with `forget`. */
  async refresh(): Promise<FileNews> {
    const { size, mtimeMs } = await this.#handle.stat();
    if (size === this.size && mtimeMs === this.#modifiedMs) return "same";
    const head = await this.read(0, HEAD_BYTES);
    if (size < this.size || !head.subarray(0, this.#head.length).equals(this.#head)) {
      return "rewritten";
    }
    this.#head = head;
    const grew = size > this.size;
    this.size = size;
    this.#modifiedMs = mtimeMs;
    return grew ? "grew" : "same";
  }

  /** Whether what was read before this call belonged to the contents that were last looked at. */
  async isIntact(): Promise<boolean> {
    const { size } = await this.#handle.stat();
    const head = await this.read(0, this.#head.length);
    if (size >= this.size && head.equals(this.#head)) return true;
    // A change within the clock tick of the one before it has the same time: look, whatever it says.
    this.#modifiedMs = 0;
    return false;
  }

  /** Takes the contents as those of a new file. */
  forget(): void {
    this.size = 0;
    this.#modifiedMs = 0;
    this.#head = Buffer.alloc(0);
  }

  /** Reads up to `length` bytes, into the start of `target`; fewer only at the file's end. */
  async read(
    position: number,
    length: number,
    target: Buffer = Buffer.allocUnsafe(length),
  ): Promise<Buffer> {
    let filled = 0;
    while (filled < length) {
      const rest = length - filled;
      const { bytesRead } = await this.#handle.read(target, filled, rest, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return target.subarray(0, filled);
  }

  /** Streams the bytes from `start` up to `end`, which must be more, wherever their name has gone. */
  stream(start: number, end: number): Readable {
    return this.#handle.createReadStream({ start, end: end - 1, autoClose: false });
  }

  /** Closes the handle; a file without a name is gone with it. */
  async close(): Promise<void> {
    await this.#handle.close();
  }
}

function idOf({ dev, ino }: { dev: number; ino: number }): string {
  return `${dev}:${ino}`;
}

async function unlessGone<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
