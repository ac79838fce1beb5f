import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, truncate } from "node:fs/promises";
import { Digest } from "../../../storage/src/crc32c.ts";

/** A file's size and checksums, as Cloud Storage writes them (base64). */
export interface Checksums {
  size: number;
  crc32c: string;
  md5Hash: string;
}

/** Bytes on disk that grow at their end; memory does not grow with them. */
export class DiskFile {
  readonly path: string;
  size = 0;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * Appends the body, leaving out its first `skip` bytes, and stops after `limit` bytes of it.
   * Returns whether the body came to its end. What has arrived when it breaks is kept.
   */
  async append(
    body: AsyncIterable<Buffer> | Buffer[],
    skip = 0,
    limit = Infinity,
  ): Promise<boolean> {
    const file = await open(this.path, "a");
    let seen = 0;
    try {
      for await (const chunk of body) {
        const kept = chunk.subarray(Math.max(0, skip - seen), Math.max(0, limit - seen));
        seen += chunk.length;
        await file.writeFile(kept);
        this.size += kept.length;
        if (seen >= limit) return false;
      }
      return true;
    } catch {
      // The client has gone; that is for the caller to see by the return value.
      return false;
    } finally {
      await file.close();
    }
  }

  async truncateTo(size: number): Promise<void> {
    await truncate(this.path, size);
    this.size = size;
  }

  /** Reads the bytes once for their checksums. */
  async checksums(): Promise<Checksums> {
    const crc = new Digest();
    const md5 = createHash("md5");
    for await (const chunk of createReadStream(this.path)) {
      crc.update(chunk);
      md5.update(chunk);
    }
    return { size: crc.bytes, crc32c: crc.crc32c, md5Hash: md5.digest("base64") };
  }
}
