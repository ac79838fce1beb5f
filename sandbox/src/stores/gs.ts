import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GcsRecordingStore } from "../../../storage/src/gcs-recording-store.ts";
import { startStorageEmulator } from "../storage/storage-emulator.ts";
import { writeServiceAccount } from "./service-account.ts";
import { BUCKET, type Store, type StoreOptions } from "./store.ts";

/** Starts Google's storage emulator. */
export async function startGs(options: StoreOptions): Promise<Store> {
  await using parts = new AsyncDisposableStack();
  const { url, stop } = await startStorageEmulator({ ...options, buckets: [BUCKET] });
  parts.defer(stop);
  const folder = await mkdtemp(join(tmpdir(), "service-account-"));
  parts.defer(() => rm(folder, { recursive: true, force: true }));
  const serviceAccount = await writeServiceAccount(folder);
  const started = parts.move();
  return {
    location: `gs://${BUCKET}`,
    url: `${url}/storage/v1/b/${BUCKET}/o`,
    functionsEnv: { GCS_BUCKET: BUCKET },
    platformEnv: {
      STORAGE_EMULATOR_HOST: url,
      // The emulator hangs on uploads in chunks.
      UPLOAD_CHUNK_MEBIBYTES: "0",
    },
    functionsSecrets: {
      STORAGE_EMULATOR_HOST: url,
      GOOGLE_APPLICATION_CREDENTIALS: serviceAccount,
    },
    recordings: new GcsRecordingStore({ bucket: BUCKET, apiEndpoint: url }),
    stop: () => started.disposeAsync(),
  };
}
