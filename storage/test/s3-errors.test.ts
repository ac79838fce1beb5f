import { StorageError, type StorageErrorCode } from "@meeting-bot/core";
import { expect } from "chai";
import { type S3Action, toS3Error } from "../src/s3-errors.ts";

const STORE: S3Action = { bucket: "bkt", name: "a/v.mp4", verb: "store", region: "eu-central-1" };
const READ: S3Action = { ...STORE, verb: "read" };

/** An error as the client makes it of S3's answer. */
function s3(status: number, name: string, more: object = {}) {
  return { name, message: `S3 says ${name}`, $metadata: { httpStatusCode: status }, ...more };
}

/** An error of the network. */
function system(code: string) {
  return Object.assign(new Error(`system says ${code}`), { code });
}

const inParis = { $response: { headers: { "x-amz-bucket-region": "eu-west-3" } } };

const CASES: [string, unknown, S3Action, StorageErrorCode, RegExp][] = [
  ["a missing bucket", s3(404, "NoSuchBucket"), READ, "no-bucket", /aws s3 mb s3:\/\/bkt/],
  ["a missing object", s3(404, "NoSuchKey"), READ, "not-found", /no object "a\/v.mp4"/],
  ["a missing object without words", s3(404, "NotFound"), READ, "not-found", /no object/],
  [
    "an object gone that was to be replaced",
    s3(404, "NoSuchKey"),
    STORE,
    "precondition",
    /removed/,
  ],
  ["an upload gone", s3(404, "NoSuchUpload"), STORE, "corrupt", /no longer has/],
  ["a condition that failed", s3(412, "PreconditionFailed"), STORE, "precondition", /changed/],
  [
    "another writer at the same moment",
    s3(409, "ConditionalRequestConflict"),
    STORE,
    "unavailable",
    /could not store/,
  ],
  [
    "a permission",
    s3(403, "AccessDenied"),
    STORE,
    "forbidden",
    /s3:PutObject in bucket "bkt".*S3 says/,
  ],
  ["a permission without words", s3(403, "Unknown"), READ, "forbidden", /s3:GetObject/],
  ["unknown keys", s3(403, "InvalidAccessKeyId"), READ, "forbidden", /IAM role/],
  ["wrong keys", s3(403, "SignatureDoesNotMatch"), READ, "forbidden", /IAM role/],
  ["a role that has ended", s3(400, "ExpiredToken"), READ, "forbidden", /IAM role/],
  ["a wrong clock", s3(403, "RequestTimeTooSkewed"), READ, "forbidden", /time/],
  [
    "no credentials at all",
    { name: "CredentialsProviderError", message: "Could not load credentials" },
    READ,
    "forbidden",
    /IAM role.*Could not load/,
  ],
  ["a redirect", s3(301, "PermanentRedirect", inParis), READ, "refused", /S3_REGION=eu-west-3/],
  ["a redirect without words", s3(400, "Unknown", inParis), READ, "refused", /S3_REGION=eu-west-3/],
  [
    "a signature for another region",
    s3(400, "AuthorizationHeaderMalformed", { Region: "eu-west-3" }),
    READ,
    "refused",
    /in region eu-west-3, not in eu-central-1/,
  ],
  ["a throttled request", s3(503, "SlowDown"), READ, "unavailable", /could not read/],
  ["too many requests", s3(429, "TooManyRequests"), READ, "unavailable", /could not read/],
  ["a server's fault", s3(500, "InternalError"), READ, "unavailable", /could not read/],
  ["a request that took too long", s3(400, "RequestTimeout"), STORE, "unavailable", /could not/],
  ["a broken connection", system("ECONNRESET"), READ, "unavailable", /system says ECONNRESET/],
  ["a time-out", { name: "TimeoutError", message: "silent" }, READ, "unavailable", /silent/],
  ["nothing at all", undefined, READ, "unavailable", /no reason given/],
  [
    "an unknown certificate",
    system("DEPTH_ZERO_SELF_SIGNED_CERT"),
    READ,
    "refused",
    /NODE_EXTRA_CA_CERTS/,
  ],
  ["no TLS there", system("EPROTO"), READ, "refused", /S3_ENDPOINT/],
  ["no such host", system("ENOTFOUND"), READ, "unavailable", /region and the network/],
  [
    "no such host of one's own",
    system("ENOTFOUND"),
    { ...READ, endpoint: "https://minio" },
    "unavailable",
    /S3_ADDRESSING=path/,
  ],
  ["anything else", s3(400, "KeyTooLongError"), STORE, "refused", /KeyTooLongError: S3 says/],
];

describe("S3's errors", () => {
  for (const [title, error, action, code, message] of CASES) {
    it(`put ${title} into words, as ${code}`, () => {
      const failure = toS3Error(error, action);
      expect(failure).to.include({ name: "StorageError", code, cause: error });
      expect(failure.message).to.match(message);
    });
  }

  it("leave a storage error as it is", () => {
    const failure = new StorageError("corrupt", "x");
    expect(toS3Error(failure, STORE)).to.equal(failure);
  });
});
