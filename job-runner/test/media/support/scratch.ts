import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Gives every test of a suite a fresh folder, and removes it afterwards. */
export function useScratch(): { path(name?: string): string } {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(join(await realpath(tmpdir()), "media-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  return { path: (name = "") => join(folder, name) };
}
