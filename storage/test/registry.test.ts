import { ConfigurationError } from "@meeting-bot/core";
import { expect } from "chai";
import { FileRecordingStore } from "../src/file-recording-store.ts";
import { GcsRecordingStore } from "../src/gcs-recording-store.ts";
import { openRecordingStore } from "../src/registry.ts";
import { S3RecordingStore } from "../src/s3-recording-store.ts";
import { setEnvironment } from "./s3-support.ts";

const OPENED = [
  ["gs://recordings", GcsRecordingStore],
  ["gs://recordings/", GcsRecordingStore],
  ["s3://recordings", S3RecordingStore],
  ["s3://recordings/", S3RecordingStore],
  ["file:///mnt/recordings", FileRecordingStore],
  ["file:///mnt/my%20recordings/", FileRecordingStore],
] as const;

const REFUSED = [
  ["ftp://x", "gs://bucket or s3://bucket or file:///folder"],
  ["recordings", "gs://bucket or s3://bucket or file:///folder"],
  ["constructor://x", "gs://bucket or s3://bucket or file:///folder"],
  ["", "gs://bucket or s3://bucket or file:///folder"],
  ["gs://", "gs://bucket"],
  ["gs://a/b", "gs://bucket"],
  ["gs://recordings/folder", "gs://bucket"],
  ["s3://My_Bucket", "s3://bucket"],
  ["s3://recordings/folder", "s3://bucket"],
  ["file://host/folder", "file:///folder"],
  ["file:///", "file:///folder"],
  ["file:///a%2Fb", "file:///folder"],
  ["file:///a?b", "file:///folder"],
] as const;

describe("the registry of recording stores", () => {
  for (const [location, Store] of OPENED) {
    it(`opens ${location}`, async () => {
      expect(await openRecordingStore(location)).to.be.instanceOf(Store);
    });
  }

  for (const [location, allowed] of REFUSED) {
    it(`says what it could open instead of ${JSON.stringify(location)}`, async () => {
      const failure = await openRecordingStore(location).catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(ConfigurationError);
      expect(String(failure)).to.contain(`"${location}": use ${allowed}.`);
    });
  }

  it("reaches an S3 bucket where it is told to", async () => {
    const s3 = {
      region: "eu-west-3",
      endpoint: "https://minio.example.com",
      addressing: "path",
    } as const;
    const key = { AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret" };
    const restore = setEnvironment(key);
    const signed = (settings: object) =>
      openRecordingStore("s3://recordings", settings).then((store) =>
        store.signedUrl("a", { expiresSeconds: 1 }),
      );
    expect(await signed({ s3 })).to.match(
      /^https:\/\/minio\.example\.com\/recordings\/a\?.*eu-west-3/,
    );
    expect(await signed({ s3: { ...s3, addressing: "virtual-hosted" } })).to.match(
      /^https:\/\/recordings\.minio\.example\.com\/a\?/,
    );
    expect(await signed({ s3: { region: "eu-west-3", endpoint: "" } })).to.match(
      /^https:\/\/recordings\.s3\.eu-west-3\.amazonaws\.com\/a\?/,
    );
    restore();
  });
});
