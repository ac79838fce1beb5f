import { GcsRecordingStore } from "../../../storage/src/gcs-recording-store.ts";
import { startStorageEmulator } from "../storage/storage-emulator.ts";
import { BUCKET, type Store, type StoreOptions } from "./store.ts";

/** Starts Google's storage emulator. */
export async function startGs(options: StoreOptions): Promise<Store> {
  const { url, stop } = await startStorageEmulator({ ...options, buckets: [BUCKET] });
  return {
    location: `gs://${BUCKET}`,
    url: `${url}/storage/v1/b/${BUCKET}/o`,
    functionsEnv: { GCS_BUCKET: BUCKET },
    platformEnv: {
      STORAGE_EMULATOR_HOST: url,
      // The emulator hangs on uploads in chunks.
      UPLOAD_CHUNK_MEBIBYTES: "0",
    },
    recordings: new GcsRecordingStore({ bucket: BUCKET, apiEndpoint: url }),
    stop,
  };
}
