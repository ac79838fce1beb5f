import { StorageError, type StorageErrorCode } from "@meeting-bot/core";
import { expect } from "chai";
import { toStorageError } from "../src/gcs-errors.ts";
import type { StorageAction } from "../src/storage-action.ts";

const STORE: StorageAction = { bucket: "bkt", name: "a/video.mp4", verb: "store" };
const READ: StorageAction = { ...STORE, verb: "read" };

const CASES: [string, unknown, StorageAction, StorageErrorCode, RegExp][] = [
  [
    "a status as a number",
    { code: 503, message: "down" },
    STORE,
    "unavailable",
    /could not store "a\/video.mp4" in bucket "bkt" just now: down/,
  ],
  ["a status as a text", { code: "429" }, READ, "unavailable", /could not read/],
  [
    "a status in the answer",
    { response: { status: 412 } },
    STORE,
    "precondition",
    /changed "a\/video.mp4"/,
  ],
  [
    "a broken connection",
    Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }),
    STORE,
    "unavailable",
    /socket hang up/,
  ],
  ["nothing at all", undefined, STORE, "unavailable", /no reason given/],
  [
    "a rate limit told as 403",
    { code: 403, errors: [{ reason: "rateLimitExceeded" }] },
    STORE,
    "unavailable",
    /rateLimit/,
  ],
  [
    "a missing permission",
    {
      code: 403,
      errors: [
        { message: "x@y.iam.gserviceaccount.com does not have storage.objects.delete access" },
      ],
    },
    STORE,
    "forbidden",
    /^The service account x@y.iam.gserviceaccount.com may not do storage.objects.delete in bucket "bkt"/,
  ],
  [
    "a missing permission without words",
    { code: 403 },
    READ,
    "forbidden",
    /^The job's service account may not do storage.objects.get/,
  ],
  [
    "no credentials",
    { code: 401, message: "Anonymous caller" },
    STORE,
    "forbidden",
    /Anonymous caller/,
  ],
  [
    "a missing bucket",
    { code: 404, message: "The specified bucket does not exist." },
    READ,
    "no-bucket",
    /create gs:\/\/bkt/,
  ],
  [
    "any 404 when storing",
    { response: { status: 404, data: "Not Found" } },
    STORE,
    "no-bucket",
    /create gs:\/\/bkt/,
  ],
  [
    "a missing object",
    { code: 404, message: "No such object: bkt/a" },
    READ,
    "not-found",
    /no object "a\/video.mp4"/,
  ],
  [
    "a signature that nobody may make",
    { name: "SigningError", message: "Permission 'iam.serviceAccounts.signBlob' denied" },
    { ...STORE, verb: "sign" },
    "forbidden",
    /"a\/video.mp4".*Service Account Token Creator.*denied/,
  ],
  [
    "a bad request, in its body",
    { status: 400, response: { data: { error: { message: "Bad name" } } } },
    STORE,
    "refused",
    /Bad name/,
  ],
];

describe("Cloud Storage's errors", () => {
  for (const [title, error, action, code, message] of CASES) {
    it(`put ${title} into words, as ${code}`, () => {
      const failure = toStorageError(error, action);
      expect(failure).to.include({ name: "StorageError", code, cause: error });
      expect(failure.message).to.match(message);
    });
  }

  it("leave a storage error as it is", () => {
    const failure = new StorageError("corrupt", "x");
    expect(toStorageError(failure, STORE)).to.equal(failure);
  });
});
