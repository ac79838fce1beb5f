import { ConfigurationError } from "@meeting-bot/core";
import { expect } from "chai";
import { GcsRecordingStore } from "../../src/storage/gcs-recording-store.ts";
import { openRecordingStore } from "../../src/storage/registry.ts";

describe("the registry of recording stores", () => {
  for (const location of ["gs://recordings", "gs://recordings/"]) {
    it(`opens ${location}`, async () => {
      expect(await openRecordingStore(location)).to.be.instanceOf(GcsRecordingStore);
    });
  }

  for (const location of ["ftp://x", "recordings", "gs://", "gs://a/b", "constructor://x", ""]) {
    it(`names the known schemes instead of opening ${JSON.stringify(location)}`, async () => {
      const failure = await openRecordingStore(location).catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(ConfigurationError);
      expect(String(failure)).to.contain(`"${location}"`).and.contain("gs://bucket");
    });
  }
});
