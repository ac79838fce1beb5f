import { type StorageFake, startStorageFake } from "../../../sandbox/src/storage-fake/index.ts";
import { GcsRecordingStore } from "../../src/storage/gcs-recording-store.ts";
import { describeRecordingStore } from "./recording-store-suite.ts";

describe("GcsRecordingStore", () => {
  let fake: StorageFake;
  before(async () => {
    fake = await startStorageFake();
  });
  after(() => fake.stop());

  for (const chunkBytes of [256 * 1024, 0]) {
    describeRecordingStore(`Cloud Storage with ${chunkBytes || "no"} bytes a chunk`, {
      open: () =>
        new GcsRecordingStore({ bucket: "recordings", apiEndpoint: fake.url, chunkBytes }),
      preconditions: true,
    });
  }
});
