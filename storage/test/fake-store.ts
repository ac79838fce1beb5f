import type { RecordingStore } from "@meeting-bot/core";
import { type StorageFake, startStorageFake } from "../../sandbox/src/storage-fake/index.ts";
import { GcsRecordingStore } from "../src/gcs-recording-store.ts";

/** A bucket of the strict fake, and a store on it that hardly pauses between its tries. */
export interface FakeStore {
  fake: StorageFake;
  store: RecordingStore;
}

/** Gives every test of a suite a fresh bucket. */
export function useFakeStore(): FakeStore {
  const opened = {} as FakeStore;
  beforeEach(async () => {
    const fake = await startStorageFake();
    const retry = { tries: 2, firstDelayMs: 1, maxDelayMs: 2 };
    const store = new GcsRecordingStore({ bucket: "recordings", apiEndpoint: fake.url, retry });
    Object.assign(opened, { fake, store });
  });
  afterEach(() => opened.fake.stop());
  return opened;
}
