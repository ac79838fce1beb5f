import { expect } from "chai";
import { locateImportSource } from "../../src/import/import-source.ts";

const BUCKETS = ["s3://recordings", "gs://recordings-of-google"];

describe("locateImportSource", () => {
  it("tells the bucket and the key of what may be fetched", () => {
    expect(locateImportSource("s3://recordings/a b/c.webm", BUCKETS)).to.deep.equal({
      bucket: "s3://recordings",
      key: "a b/c.webm",
    });
  });

  for (const uri of [
    "s3://others/c.webm",
    "gs://recordings/c.webm",
    "s3://recordings",
    "s3://recordings/",
    "file:///recordings/c.webm",
    "s3://recordings/../others/c.webm",
    "",
  ]) {
    it(`knows nothing of ${uri || "an empty text"}`, () => {
      expect(locateImportSource(uri, BUCKETS)).to.equal(undefined);
    });
  }
});
