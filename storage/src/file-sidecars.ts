import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";
import { lstat, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { StoredObject } from "@meeting-bot/core";
import { syncFolders } from "./durable-files.ts";
import { errorCode, ignoreMissing } from "./file-errors.ts";
import { OWN_FOLDER, realFolder } from "./file-paths.ts";

/** What a file cannot say about itself. */
export type Sidecar = Pick<StoredObject, "name" | "crc32c" | "contentType" | "metadata">;

/**
 * The version of a file: its inode and when it was last written, which linking and renaming leave
 * alone. So a sidecar can be written for a file before anybody sees the file.
 */
export function generationOf({ ino, mtimeNs }: BigIntStats): string {
  return `${ino}-${mtimeNs}`;
}

/** Who holds a claim makes one system call: after so long, they have died over it, and the next one may. */
const CLAIM_MS = 10_000;

/** The descriptions of a folder's objects, one small JSON file for each generation of each name. */
export class Sidecars {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async write(sidecar: Sidecar, generation: string): Promise<void> {
    const path = await this.#pathOf(sidecar.name, generation);
    await writeFile(path, JSON.stringify(sidecar), { flush: true });
    await syncFolders(dirname(path), dirname(path));
  }

  /** Undefined for a file that was not stored by us, or has been changed or copied since. */
  async read(name: string, generation: string): Promise<Sidecar | undefined> {
    try {
      return JSON.parse(await readFile(await this.#pathOf(name, generation), "utf8"));
    } catch (error) {
      if (errorCode(error) === "ENOENT") return undefined;
      throw error;
    }
  }

  async remove(name: string, generation: string): Promise<void> {
    await rm(await this.#pathOf(name, generation), { force: true });
  }

  /**
   * Lets one of all who want to replace or remove the file of a generation do so, and forgets the generation
   * then; false when another does it now, or has done it.
   */
  async retire(name: string, generation: string, change: () => Promise<void>): Promise<boolean> {
    const sidecar = await this.#pathOf(name, generation);
    const claim = `${sidecar}.claim`;
    if (!(await takeClaim(claim))) return false;
    try {
      if (!(await lstat(sidecar).catch(ignoreMissing))) return false;
      await change();
      // Before the claim goes: who has seen this generation, and claims it next, finds that it is over.
      await rm(sidecar);
      return true;
    } finally {
      await rm(claim, { force: true });
    }
  }

  /** Where a file can be written before it has a name; made when it is missing. */
  async temporaryPath(file: string): Promise<string> {
    const folder = join(await realFolder(this.#root), OWN_FOLDER);
    await mkdir(folder, { recursive: true });
    return join(folder, file);
  }

  /** A hash, since a whole name may be longer than a file's can be. */
  async #pathOf(name: string, generation: string): Promise<string> {
    const hash = createHash("sha256").update(name).digest("hex");
    return join(await realFolder(this.#root), OWN_FOLDER, `${hash}-${generation}.json`);
  }
}

/** Makes the file of a claim, which is made for one of all who ask at once. */
async function takeClaim(claim: string): Promise<boolean> {
  try {
    await writeFile(claim, "", { flag: "wx" });
    return true;
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
    const held = await lstat(claim).catch(ignoreMissing);
    if (held && Date.now() - held.mtimeMs > CLAIM_MS) await rm(claim, { force: true });
    return false;
  }
}
