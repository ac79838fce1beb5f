import { expect } from "chai";
import {
  parseStorageUrl,
  type StorageLocation,
  type StorageUrlStyle,
  toUrl,
} from "../src/storage-url.ts";

const MINIO = "http://minio.example.com:9000";

type Named = Omit<StorageLocation, "scheme" | "bucket">;
const gs = (key: string, bucket = "recordings"): StorageLocation => ({ scheme: "gs", bucket, key });
const s3 = (named: Named, bucket = "recordings"): StorageLocation => ({
  scheme: "s3",
  bucket,
  ...named,
});

/** Every way to write a location, and what is read; `as` where it is also what is written. */
const READ: [url: string, location: StorageLocation, as?: StorageUrlStyle][] = [
  ["gs://recordings/a/b.mp4", gs("a/b.mp4"), "uri"],
  ["gs://recordings", gs("")],
  ["gs://recordings/", gs(""), "uri"],
  ["gs://my_bucket.example.com/a", gs("a", "my_bucket.example.com"), "uri"],
  ["gs://recordings/a b%2Fc+d?e#f/ä", gs("a b%2Fc+d?e#f/ä"), "uri"],
  ["s3://recordings/a b%2Fc+d", s3({ key: "a b%2Fc+d" }), "uri"],
  ["https://storage.googleapis.com/recordings/a/b.mp4", gs("a/b.mp4"), "path"],
  ["https://storage.googleapis.com/recordings/a+b", gs("a+b")],
  ["https://storage.googleapis.com/recordings/a%2Bb", gs("a+b"), "path"],
  ["https://recordings.storage.googleapis.com/a%20b", gs("a b"), "virtual-hosted"],
  ["https://s3.amazonaws.com/recordings/a", s3({ key: "a" }), "path"],
  ["https://recordings.s3.amazonaws.com/a", s3({ key: "a" }), "virtual-hosted"],
  ["https://recordings.s3-external-1.amazonaws.com/a", s3({ key: "a" })],
  [
    "https://s3.us-west-2.amazonaws.com/recordings/a",
    s3({ key: "a", region: "us-west-2" }),
    "path",
  ],
  [
    "https://recordings.s3.eu-central-1.amazonaws.com/a",
    s3({ key: "a", region: "eu-central-1" }),
    "virtual-hosted",
  ],
  ["https://s3-us-west-2.amazonaws.com/recordings/a", s3({ key: "a", region: "us-west-2" })],
  ["https://recordings.s3-us-west-2.amazonaws.com/a", s3({ key: "a", region: "us-west-2" })],
  [
    "https://recordings.s3-us-gov-west-1.amazonaws.com/a",
    s3({ key: "a", region: "us-gov-west-1" }),
  ],
  [
    "https://recordings.s3.dualstack.us-west-2.amazonaws.com/a",
    s3({ key: "a", region: "us-west-2" }),
  ],
  [
    "https://s3.dualstack.us-west-2.amazonaws.com/recordings/a",
    s3({ key: "a", region: "us-west-2" }),
  ],
  ["https://recordings.s3-fips.us-east-1.amazonaws.com/a", s3({ key: "a", region: "us-east-1" })],
  [
    "https://recordings.s3-fips.dualstack.us-east-1.amazonaws.com/a",
    s3({ key: "a", region: "us-east-1" }),
  ],
  [
    "https://recordings.s3-fips-us-gov-west-1.amazonaws.com/a",
    s3({ key: "a", region: "us-gov-west-1" }),
  ],
  [
    "https://recordings.s3.cn-north-1.amazonaws.com.cn/a",
    s3({ key: "a", region: "cn-north-1" }),
    "virtual-hosted",
  ],
  ["https://a.b.c.s3.us-west-2.amazonaws.com/k", s3({ key: "k", region: "us-west-2" }, "a.b.c")],
  [
    "https://my.s3.us-east-1.s3.us-west-2.amazonaws.com/k",
    s3({ key: "k", region: "us-west-2" }, "my.s3.us-east-1"),
  ],
  ["https://s3.amazonaws.com/recordings", s3({ key: "" })],
  ["https://s3.amazonaws.com/recordings//a//b/", s3({ key: "/a//b/" }), "path"],
  ["https://s3.amazonaws.com/recordings/a+b%2Bc%20d", s3({ key: "a b+c d" })],
  ["https://s3.amazonaws.com/recordings/a%2Fb", s3({ key: "a/b" })],
  ["https://s3.amazonaws.com/recordings/%252F", s3({ key: "%2F" }), "path"],
  [
    "https://s3.amazonaws.com/recordings/%C3%A4%20%E2%82%AC%F0%9F%8E%A5%27%28%29%2A%21~",
    s3({ key: "ä €🎥'()*!~" }),
    "path",
  ],
  ["https://s3.amazonaws.com/recordings/s3.amazonaws.com", s3({ key: "s3.amazonaws.com" }), "path"],
  [`${MINIO}/recordings/a%20b`, s3({ key: "a b", endpoint: MINIO }), "path"],
  [`${MINIO}/recordings/a+b`, s3({ key: "a+b", endpoint: MINIO })],
  [
    "http://recordings.minio.example.com:9000/a",
    s3({ key: "a", endpoint: MINIO }),
    "virtual-hosted",
  ],
];

const REFUSED: [url: string, problem: RegExp][] = [
  ["", /no URL/],
  ["recordings/a", /no URL/],
  ["ftp://recordings/a", /no URL/],
  ["gs://", /no bucket/],
  ["gs:///a", /no bucket/],
  ["gs://Recordings/a", /no bucket/],
  ["s3://my_bucket/a", /no bucket/],
  ["s3://ab/a", /no bucket/],
  ["s3://a..b/a", /no bucket/],
  ["s3://127.0.0.1/a", /no bucket/],
  [`s3://${"a".repeat(64)}/a`, /no bucket/],
  ["s3://user@recordings/a", /no bucket/],
  ["s3://recordings:443/a", /no bucket/],
  ["s3://recordings/../other/a", /segment/],
  ["gs://recordings/a\nb", /control character/],
  ["gs://recordings/\ud800", /control character/],
  [`gs://recordings/${"ä".repeat(513)}`, /1024 bytes/],
  [`gs://recordings/${"a".repeat(5000)}`, /longer than/],
  ["https://evil.com/s3.amazonaws.com/recordings/a", /evil.com/],
  ["https://evil.com/recordings.s3.amazonaws.com/a", /evil.com/],
  ["https://s3.amazonaws.com.evil.com/recordings/a", /evil.com/],
  ["https://evils3.amazonaws.com/recordings/a", /no known storage/],
  ["https://recordings.s3.evil.amazonaws.com/a", /no known storage/],
  ["https://s3-website-us-east-1.amazonaws.com/recordings/a", /no known storage/],
  ["https://recordings.s3.us-west-2.amazonaws.com.cn/a", /no known storage/],
  ["https://recordings.s3.cn-north-1.amazonaws.com/a", /no known storage/],
  ["https://s3.dualstack.amazonaws.com/recordings/a", /bucket|no known storage/],
  ["https://name-123456789012.s3-accesspoint.us-west-2.amazonaws.com/a", /access point/],
  ["https://name.accesspoint.s3-global.amazonaws.com/a", /access point/],
  ["https://user@s3.amazonaws.com/recordings/a", /host/],
  ["https://s3.amazonaws.com@evil.com/recordings/a", /host/],
  ["https://user:secret@recordings.s3.amazonaws.com/a", /host/],
  ["https://s3.amazonaws.com:443/recordings/a", /host/],
  ["https://s3.amazonaws.com:8443/recordings/a", /no known storage/],
  ["https://s3.amazonaws.com./recordings/a", /no known storage/],
  ["https://S3.amazonaws.com/recordings/a", /host/],
  ["https://Recordings.s3.amazonaws.com/a", /host/],
  ["https://s3%2eamazonaws.com/recordings/a", /host/],
  ["https://s3\u3002amazonaws.com/recordings/a", /host/],
  ["https://s3.amazonaws.com\\@evil.com/recordings/a", /no URL|host/],
  ["https://s3.amazonaws.com/recordings\\..\\other/a", /no URL/],
  ["https:s3.amazonaws.com/recordings/a", /no URL/],
  ["https:///s3.amazonaws.com/recordings/a", /no URL|host/],
  ["HTTPS://s3.amazonaws.com/recordings/a", /no URL/],
  ["http://s3.amazonaws.com/recordings/a", /no known storage/],
  ["http://storage.googleapis.com/recordings/a", /no known storage/],
  ["https://s3.amazonaws.com/recordings/a?versionId=1", /query/],
  ["https://s3.amazonaws.com/recordings/a#b", /fragment/],
  ["https://s3.amazonaws.com/recordings/../other/a", /segment/],
  ["https://s3.amazonaws.com/recordings/%2e%2e/other/a", /segment/],
  ["https://s3.amazonaws.com/recordings/a%2F..%2Fb", /segment/],
  ["https://s3.amazonaws.com/../recordings/a", /no bucket/],
  ["https://s3.amazonaws.com/%72ecordings/a", /no bucket/],
  ["https://s3.amazonaws.com/recordings/%zz", /percent/],
  ["https://s3.amazonaws.com/recordings/%ff", /percent/],
  ["https://s3.amazonaws.com/recordings/%00", /control character/],
  [" https://s3.amazonaws.com/recordings/a", /no URL/],
  ["https://s3.amazonaws.com/recordings/a b", /no URL/],
  ["https://minio.example.com:9000/recordings/a", /no known storage/],
  ["http://minio.example.com/recordings/a", /no known storage/],
  ["http://evilminio.example.com:9000/recordings/a", /no known storage/],
  ["http://minio.example.com:9000.evil.com/recordings/a", /no URL/],
];

describe("a storage URL", () => {
  for (const [url, location, as] of READ) {
    it(`is read: ${url}`, () => {
      expect(parseStorageUrl(url, MINIO)).to.deep.equal({ ok: true, location });
    });
    if (!as) continue;
    it(`is written with ${as} style: ${url}`, () => {
      expect(toUrl(location, as)).to.equal(url);
    });
  }

  for (const [, location] of READ) {
    for (const style of ["path", "virtual-hosted"] as const) {
      const url = toUrl(location, style);
      it(`comes back as it was: ${url}`, () => {
        expect(parseStorageUrl(url, MINIO)).to.deep.equal({ ok: true, location });
      });
    }
  }

  for (const [url, problem] of REFUSED) {
    it(`is refused: ${JSON.stringify(url.slice(0, 80))}`, () => {
      const parsed = parseStorageUrl(url, MINIO);
      expect(parsed).to.have.property("ok", false);
      expect(parsed).to.have.property("problem").that.matches(problem);
    });
  }

  it("of another server is refused when no endpoint is configured", () => {
    expect(parseStorageUrl(`${MINIO}/recordings/a`)).to.have.property("ok", false);
  });
});
