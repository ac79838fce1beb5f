import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, link, lstat, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import {
  type ByteRange,
  type PutOptions,
  type RecordingSource,
  type RecordingStore,
  type SignedUrlOptions,
  StorageError,
  type StoredObject,
} from "@meeting-bot/core";
import type { Digest } from "./crc32c.ts";
import { removeEmptyFolders, syncFolders, writeDurably } from "./durable-files.ts";
import { errorCode, ignoreMissing, toFileError } from "./file-errors.ts";
import { namesIn, pathOf, realFolder } from "./file-paths.ts";
import { generationOf, Sidecars } from "./file-sidecars.ts";
import { ownerMetadata, ownerOf } from "./ownership.ts";
import { putOwned } from "./put-owned.ts";
import { digestOf, fileSource } from "./recording-source.ts";
import { readResuming } from "./resuming-read.ts";
import { checkExpiry } from "./signed-url.ts";
import type { StorageAction } from "./storage-action.ts";

/** Which folder: an absolute path; it has to be there. */
export interface FileSettings {
  folder: string;
}

/** A file that is whole and on the disk, but has no name yet. */
interface Written {
  path: string;
  digest: Digest;
  options: PutOptions;
}

/** A disk answers or fails, and what it has read wrong it reads wrong again. */
const READ_BOUNDS = { retry: { tries: 1, firstDelayMs: 0, maxDelayMs: 0 }, stallTimeoutMs: 60_000 };

/**
 * Keeps recordings in a folder of a file system that has hard links. An object is a file of its name;
 * its owner and CRC32C are in `.meeting-bot/`, and do not go with a copy of it.
 *
 * Readers see an object whole or not at all, the old one or the new one. Creating is exclusive: of any
 * number of writers, in any process, one gets the name. So are replacing and removing: of all who have seen
 * the same generation, one does it. What was put into the folder by other means has no owner, is never
 * replaced, and is removed without such care.
 */
export class FileRecordingStore implements RecordingStore {
  readonly #root: string;
  readonly #sidecars: Sidecars;

  constructor({ folder }: FileSettings) {
    this.#root = folder;
    this.#sidecars = new Sidecars(folder);
  }

  async put(name: string, source: RecordingSource, options: PutOptions): Promise<StoredObject> {
    return this.#try({ verb: "store", name }, async () => {
      const path = await this.#sidecars.temporaryPath(`${randomUUID()}.part`);
      try {
        const digest = await writeDurably(path, source, options.signal);
        const written = { path, digest, options };
        return await putOwned(name, options.owner, {
          upload: (candidate, replacing) => this.#publish(written, candidate, replacing),
          stat: (candidate) => this.#describe(candidate),
          digest: async () => digest,
        });
      } catch (error) {
        options.signal?.throwIfAborted();
        throw error;
      } finally {
        await rm(path, { force: true });
      }
    });
  }

  stat(name: string): Promise<StoredObject | undefined> {
    return this.#try({ verb: "describe", name }, () => this.#describe(name));
  }

  get(name: string, range: ByteRange = { start: 0 }): Readable {
    return Readable.from(this.#read(name, range), { objectMode: false });
  }

  async *list(prefix: string): AsyncGenerator<StoredObject> {
    const action = { verb: "list", name: prefix } as const;
    for (const name of await this.#try(action, () => namesIn(this.#root, prefix))) {
      const object = await this.stat(name);
      if (object) yield object;
    }
  }

  async remove(name: string, generation?: string): Promise<void> {
    await this.#try({ verb: "remove", name }, async () => {
      const object = await this.#describe(name);
      if (!object) return;
      if (generation !== undefined && generation !== object.generation) throw changed(name);
      const path = await pathOf(this.#root, name);
      const unlink = () => rm(path, { force: true });
      if (ownerOf(object) === undefined) await unlink();
      else if (!(await this.#sidecars.retire(name, object.generation, unlink))) throw changed(name);
      await removeEmptyFolders(dirname(path), await realFolder(this.#root));
    });
  }

  /** The file's own URL: it needs no signature, never expires, and is good on this machine only. */
  async signedUrl(name: string, { expiresSeconds }: SignedUrlOptions): Promise<string> {
    checkExpiry(expiresSeconds);
    await this.#try({ verb: "sign", name }, () => pathOf(this.#root, name).catch(ignoreMissing));
    return this.#uriOf(name);
  }

  /** Gives a written file its name; undefined when somebody has the name, or its folder has just gone. */
  async #publish({ path, digest, options }: Written, name: string, replacing: string | undefined) {
    options.signal?.throwIfAborted();
    const target = await pathOf(this.#root, name, true);
    const generation = generationOf(await lstat(path, { bigint: true }));
    const { contentType, owner } = options;
    const metadata = { ...options.metadata, ...ownerMetadata(owner) };
    const { crc32c, bytes } = digest;
    await this.#sidecars.write({ name, crc32c, contentType, metadata }, generation);
    if (!(await this.#rename(path, target, name, replacing))) {
      await this.#sidecars.remove(name, generation);
      return undefined;
    }
    await syncFolders(dirname(target), await realFolder(this.#root));
    return { uri: this.#uriOf(name), name, bytes, crc32c, generation, contentType, metadata };
  }

  async #rename(path: string, target: string, name: string, replacing: string | undefined) {
    try {
      if (replacing !== undefined) {
        return await this.#sidecars.retire(name, replacing, () => rename(path, target));
      }
      await link(path, target);
      return true;
    } catch (error) {
      if (["EEXIST", "ENOENT"].includes(errorCode(error) ?? "")) return false;
      throw error;
    }
  }

  async #describe(name: string): Promise<StoredObject | undefined> {
    const path = await pathOf(this.#root, name).catch(ignoreMissing);
    const stats = path && (await lstat(path, { bigint: true }).catch(ignoreMissing));
    if (!path || !stats) return undefined;
    if (!stats.isFile()) throw new StorageError("refused", `"${path}" is no ordinary file.`);
    const generation = generationOf(stats);
    const sidecar = await this.#sidecars.read(name, generation);
    const bytes = Number(stats.size);
    const known = { uri: this.#uriOf(name), name, bytes, generation };
    if (sidecar) return { ...sidecar, ...known };
    const digest = await digestOf(fileSource(path)).catch(({ cause }) => ignoreMissing(cause));
    const now = await lstat(path, { bigint: true }).catch(ignoreMissing);
    // Replaced or removed meanwhile: its sidecar went with it, which says nothing about what is there now.
    if (!digest || !now || generationOf(now) !== generation) return this.#describe(name);
    const contentType = "application/octet-stream";
    return { ...known, crc32c: digest.crc32c, contentType, metadata: {} };
  }

  async *#read(name: string, range: ByteRange): AsyncGenerator<Uint8Array> {
    const action = { verb: "read", name } as const;
    const [object, file] = await this.#try(action, () => this.#open(name));
    try {
      yield* readResuming({
        object,
        start: range.start,
        end: Math.min(range.end ?? object.bytes, object.bytes),
        open: (start, end) => file.createReadStream({ start, end: end - 1, autoClose: false }),
        explain: (error) => toFileError(error, { ...action, bucket: this.#root }),
        ...READ_BOUNDS,
      });
    } finally {
      await file.close();
    }
  }

  /** Opens a file and describes that very one: bytes of two versions are never mixed. */
  async #open(name: string): Promise<[StoredObject, FileHandle]> {
    const object = await this.#describe(name);
    if (!object) {
      throw new StorageError(
        "not-found",
        `There is no object "${name}" in folder "${this.#root}".`,
      );
    }
    const path = await pathOf(this.#root, name);
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    if (generationOf(await file.stat({ bigint: true })) === object.generation)
      return [object, file];
    await file.close();
    return this.#open(name);
  }

  async #try<T>(action: Omit<StorageAction, "bucket">, attempt: () => Promise<T>): Promise<T> {
    try {
      return await attempt();
    } catch (error) {
      // A system's error has a code; what else there is, is a source's fault or the caller's reason to stop.
      if (errorCode(error) === undefined) throw error;
      throw toFileError(error, { ...action, bucket: this.#root });
    }
  }

  #uriOf(name: string): string {
    return pathToFileURL(join(this.#root, name)).href;
  }
}

function changed(name: string): StorageError {
  return new StorageError("precondition", `Somebody else has changed "${name}" meanwhile.`);
}
