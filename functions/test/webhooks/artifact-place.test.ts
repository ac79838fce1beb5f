import { expect } from "chai";
import { nameIn, placeOf } from "../../src/webhooks/artifact-place.ts";

describe("placeOf", () => {
  it("reads what each store writes", () => {
    expect(placeOf("gs://bucket/a b/video.mp4")).to.deep.equal({
      provider: "gs",
      bucket: "bucket",
      key: "a b/video.mp4",
    });
    expect(placeOf("s3://bucket/größe.m4a")).to.deep.equal({
      provider: "s3",
      bucket: "bucket",
      key: "größe.m4a",
    });
    expect(placeOf("file:///var/recordings/a%20b/video.mp4")).to.deep.equal({
      provider: "file",
      bucket: null,
      key: "/var/recordings/a b/video.mp4",
    });
  });
});

describe("nameIn", () => {
  const TABLE: readonly [location: string, uri: string, name: string | undefined][] = [
    ["gs://bucket", "gs://bucket/a/video.mp4", "a/video.mp4"],
    ["s3://bucket/", "s3://bucket/a/video.mp4", "a/video.mp4"],
    ["file:///var/recordings", "file:///var/recordings/a%20b/video.mp4", "a b/video.mp4"],
    ["gs://bucket", "gs://other/a/video.mp4", undefined],
    ["gs://bucket", "s3://bucket/a/video.mp4", undefined],
    ["file:///var/recordings", "file:///var/other/video.mp4", undefined],
  ];

  for (const [location, uri, name] of TABLE) {
    it(`finds ${name ?? "nothing"} at ${location} for ${uri}`, () => {
      expect(nameIn(location, uri)).to.equal(name);
    });
  }
});
