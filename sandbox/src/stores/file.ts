import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { FileRecordingStore } from "../../../storage/src/file-recording-store.ts";
import type { Store } from "./store.ts";

/** Makes a folder for recordings. */
export async function startFile(): Promise<Store> {
  const folder = await mkdtemp(join(tmpdir(), "recordings-"));
  const location = pathToFileURL(folder).href;
  return {
    location,
    url: location,
    functionsEnv: { STORAGE_URL: location },
    platformEnv: {},
    functionsSecrets: {},
    recordings: new FileRecordingStore({ folder }),
    stop: () => rm(folder, { recursive: true, force: true }),
  };
}
