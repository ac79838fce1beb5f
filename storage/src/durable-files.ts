import { createWriteStream } from "node:fs";
import { open, rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import type { RecordingSource } from "@meeting-bot/core";
import { Digest } from "./crc32c.ts";
import { errorCode } from "./file-errors.ts";
import { readThrough } from "./recording-source.ts";

/** Writes a source into a new file and waits until the disk has it. */
export async function writeDurably(
  path: string,
  source: RecordingSource,
  signal: AbortSignal | undefined,
): Promise<Digest> {
  const digest = new Digest();
  const file = createWriteStream(path, { flags: "wx", flush: true });
  await pipeline(readThrough(source, digest), file, signal ? { signal } : {});
  return digest;
}

/** Waits until the disk has a folder's entries, and those of the ones it is in: a crash may take names back. */
export async function syncFolders(path: string, root: string): Promise<void> {
  for (let folder = path; ; folder = dirname(folder)) {
    const handle = await open(folder);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (folder === root) return;
  }
}

/** Removes a folder below `root`, and those it is in, as far as there is nothing in them. */
export async function removeEmptyFolders(path: string, root: string): Promise<void> {
  for (let folder = path; folder !== root; folder = dirname(folder)) {
    try {
      await rmdir(folder);
    } catch (error) {
      // ENOENT: somebody else removes the same.
      if (["ENOTEMPTY", "EEXIST", "ENOENT"].includes(errorCode(error) ?? "")) return;
      throw error;
    }
  }
}
