import { StorageError, type StorageErrorCode } from "@meeting-bot/core";
import { expect } from "chai";
import { toFileError } from "../src/file-errors.ts";
import type { StorageAction } from "../src/storage-action.ts";

const STORE: StorageAction = { bucket: "/mnt/recordings", name: "a/video.mp4", verb: "store" };

const CASES: [string, StorageErrorCode, RegExp][] = [
  ["ENOSPC", "refused", /disk of folder "\/mnt\/recordings" is full/],
  ["EDQUOT", "refused", /is full/],
  ["EACCES", "forbidden", /may not store "a\/video.mp4" in folder "\/mnt\/recordings"/],
  ["EPERM", "forbidden", /may not store/],
  ["EROFS", "forbidden", /may not store/],
  ["ENOTDIR", "refused", /in its way/],
  ["EISDIR", "refused", /in its way/],
  ["ELOOP", "refused", /in its way/],
  ["ENAMETOOLONG", "refused", /too long/],
  ["EIO", "refused", /refused to store "a\/video.mp4": disk says EIO/],
];

describe("the file system's errors", () => {
  for (const [code, expected, message] of CASES) {
    it(`put ${code} into words, as ${expected}`, () => {
      const error = Object.assign(new Error(`disk says ${code}`), { code });
      const failure = toFileError(error, STORE);
      expect(failure).to.include({ name: "StorageError", code: expected, cause: error });
      expect(failure.message).to.match(message);
    });
  }

  it("leave a storage error as it is", () => {
    const failure = new StorageError("corrupt", "x");
    expect(toFileError(failure, STORE)).to.equal(failure);
  });
});
