import { lstat, mkdir, readdir, realpath } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { StorageError } from "@meeting-bot/core";
import { errorCode, ignoreMissing } from "./file-errors.ts";

/** Beside the objects, for what is about them and for files that are not finished; never an object. */
export const OWN_FOLDER = ".meeting-bot";

/** Whether a name can only lead to a file inside the folder: relative, no dots, not ours. */
export function isSafeName(name: string): boolean {
  const segments = name.split("/");
  const harmless = segments.every((part) => !["", ".", ".."].includes(part));
  return harmless && segments[0] !== OWN_FOLDER && !name.includes("\0");
}

/**
 * Finds the path of a name in a folder, walking through real folders alone: a symbolic link on the way,
 * which may lead anywhere, is refused. Throws the system's error where a folder is missing.
 */
export async function pathOf(root: string, name: string, create = false): Promise<string> {
  if (!isSafeName(name)) {
    throw new StorageError("refused", `"${name}" is no name that an object in a folder can have.`);
  }
  let folder = await realFolder(root);
  for (const segment of name.split("/").slice(0, -1)) {
    folder = join(folder, segment);
    if (create) await makeFolder(folder);
    const found = await lstat(folder);
    if (!found.isDirectory()) {
      throw new StorageError("refused", `"${folder}" is in the way of "${name}": it is no folder.`);
    }
  }
  return join(folder, basename(name));
}

/** The folder itself; `no-bucket` where there is none: making it would fill the disk of a forgotten mount. */
export async function realFolder(root: string): Promise<string> {
  try {
    return await realpath(root);
  } catch (cause) {
    if (errorCode(cause) !== "ENOENT") throw cause;
    const message = `There is no folder "${root}". Correct its name, make it, or mount it.`;
    throw new StorageError("no-bucket", message, { cause });
  }
}

/** The names of all files that begin with `prefix`, in their order; links are left out. */
export async function namesIn(root: string, prefix: string): Promise<string[]> {
  const folder = await realFolder(root);
  // The folder that all of them are in, found by the name of one that might be.
  const example = await pathOf(root, prefix.replace(/[^/]*$/, "x")).catch(ignoreMissing);
  if (example === undefined) return [];
  const entries = await readdir(dirname(example), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((name) => name.startsWith(prefix) && isSafeName(name))
    .sort();
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
  }
}
