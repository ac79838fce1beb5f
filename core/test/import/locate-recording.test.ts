import { expect } from "chai";
import { locateRecording, type RecordingAddress } from "../../src/import/locate-recording.ts";

const KEY = "meeting-bot/user/Google Meet Recording 3:15pm Feb 06 2026.webm";
const PATH = "meeting-bot/user/Google%20Meet%20Recording%203%3A15pm%20Feb%2006%202026.webm";
const OBJECT = `s3://recordings/${KEY}`;
const MINIO = "http://minio:9000";

const at = (...urls: string[]): RecordingAddress => ({ urls });
const stored = (fields: object = {}, ...urls: string[]): RecordingAddress => ({
  urls,
  storage: { provider: "s3", bucket: "recordings", key: KEY, ...fields },
});

describe("locateRecording", () => {
  const found: [what: string, address: RecordingAddress, uri: string][] = [
    ["its names alone", stored(), OBJECT],
    ["its names without a provider", stored({ provider: undefined }), OBJECT],
    [
      "path-style on Amazon",
      at(`https://s3.eu-central-1.amazonaws.com/recordings/${PATH}`),
      OBJECT,
    ],
    [
      "virtual-hosted on Amazon",
      at(`https://recordings.s3.eu-central-1.amazonaws.com/${PATH}`),
      OBJECT,
    ],
    [
      "an address in which the key stands as it is",
      at(`https://recordings.s3.eu-central-1.amazonaws.com/${KEY}`),
      OBJECT,
    ],
    ["path-style at our own endpoint", at(`https://minio.example.com/recordings/${PATH}`), OBJECT],
    [
      "virtual-hosted at our own endpoint",
      at(`https://recordings.minio.example.com/${PATH}`),
      OBJECT,
    ],
    [
      "path-style at the service's endpoint",
      stored({ endpoint: MINIO }, `${MINIO}/recordings/${PATH}`),
      OBJECT,
    ],
    [
      "virtual-hosted at the service's endpoint",
      stored({ endpoint: MINIO }, `http://recordings.minio:9000/${PATH}`),
      OBJECT,
    ],
    [
      "Amazon's endpoint by its name",
      stored(
        { endpoint: "https://s3.eu-central-1.amazonaws.com" },
        `https://recordings.s3.eu-central-1.amazonaws.com/${PATH}`,
      ),
      OBJECT,
    ],
    [
      "Cloud Storage by S3's protocol",
      stored(
        { endpoint: "https://storage.googleapis.com" },
        `https://storage.googleapis.com/recordings/${PATH}`,
      ),
      `gs://recordings/${KEY}`,
    ],
    ["Cloud Storage by name", stored({ provider: "gcs" }), `gs://recordings/${KEY}`],
    [
      "two addresses that agree",
      at(
        `https://recordings.s3.amazonaws.com/${PATH}`,
        `https://s3.eu-central-1.amazonaws.com/recordings/${PATH}`,
      ),
      OBJECT,
    ],
  ];
  for (const [what, address, uri] of found) {
    it(`understands ${what}`, () => {
      const located = locateRecording(address, "https://minio.example.com");
      expect(located).to.deep.equal({ ok: true, uri });
    });
  }

  const refused: [what: string, address: RecordingAddress, problem: string][] = [
    ["no address", at(), "It has no address: neither blobUrl nor metadata.storage."],
    [
      "two keys",
      stored({ key: "other.webm" }, `https://recordings.s3.amazonaws.com/${PATH}`),
      "Its addresses lead to different objects.",
    ],
    [
      "two buckets",
      stored({ bucket: "others" }, `https://recordings.s3.amazonaws.com/${PATH}`),
      "Its addresses lead to different objects.",
    ],
    [
      "a bucket of Amazon's and one of Google's",
      stored({}, `https://storage.googleapis.com/recordings/${PATH}`),
      "Its addresses lead to different objects.",
    ],
    [
      "a server that is nobody's endpoint",
      at("https://169.254.169.254/latest/meta-data"),
      "Its address leads to 169.254.169.254, which is no known storage.",
    ],
    [
      "another server than the service's endpoint",
      stored({ endpoint: MINIO }, `http://minio.evil:9000/recordings/${PATH}`),
      "Its address leads to minio.evil:9000, which is no known storage.",
    ],
    [
      "a bucket without an object",
      at("https://recordings.s3.amazonaws.com/"),
      "Its address names a bucket and no object.",
    ],
    [
      "a storage that we cannot read",
      stored({ provider: "azure" }),
      "Its address names no known provider.",
    ],
    [
      "a provider that every object has",
      stored({ provider: "constructor" }),
      "Its address names no known provider.",
    ],
    [
      "a bucket with a key in it",
      stored({ bucket: "a-bucket/b" }),
      "Its address names a bucket with a slash.",
    ],
    [
      "a key that leaves its folder",
      stored({ key: "a/../b" }),
      "Its address has a segment . or ...",
    ],
    [
      "a broken escape",
      at("https://b-1.s3.amazonaws.com/%E0%A4"),
      "Its address has a percent sign that encodes no UTF-8.",
    ],
    [
      "an address with a user",
      at("https://user:word@recordings.s3.amazonaws.com/k"),
      "Its address must have its host written as recordings.s3.amazonaws.com, alone.",
    ],
  ];
  for (const [what, address, problem] of refused) {
    it(`refuses ${what}`, () => {
      const located = locateRecording(address, "https://minio.example.com");
      expect(located).to.deep.equal({ ok: false, problem });
    });
  }

  it("knows no endpoint of ours where there is none", () => {
    const located = locateRecording(at(`https://minio.example.com/recordings/${PATH}`), "");
    expect(located).to.include({ ok: false });
  });
});
