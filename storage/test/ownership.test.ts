import type { StoredObject } from "@meeting-bot/core";
import { expect } from "chai";
import { Digest } from "../src/crc32c.ts";
import { judgeConflict, ownerMetadata } from "../src/ownership.ts";

const OWNER = { instance: "i1", attempt: 2 };
const digest = new Digest();
digest.update(Buffer.from("the same bytes"));

function stored(
  instance: string,
  attempt: number,
  change: Partial<StoredObject> = {},
): StoredObject {
  const metadata = ownerMetadata({ instance, attempt });
  const { bytes, crc32c } = digest;
  return {
    uri: "gs://b/a",
    name: "a",
    bytes,
    crc32c,
    generation: "7",
    contentType: "",
    metadata,
    ...change,
  };
}

describe("a name that is taken", () => {
  const cases: [string, StoredObject | undefined, string][] = [
    ["nobody's any more", undefined, "free"],
    ["another instance's", stored("i2", 1), "taken"],
    ["somebody's without metadata", stored("i1", 2, { metadata: {} }), "taken"],
    ["ours, with these bytes", stored("i1", 2), "same"],
    ["ours from a later attempt, with these bytes", stored("i1", 3), "same"],
    ["ours, of another size", stored("i1", 2, { bytes: 1 }), "replace"],
    ["ours, with other bytes", stored("i1", 1, { crc32c: "AAAAAA==" }), "replace"],
    [
      "ours from a later attempt, with other bytes",
      stored("i1", 3, { crc32c: "AAAAAA==" }),
      "superseded",
    ],
  ];
  for (const [title, existing, expected] of cases) {
    it(`is ${expected} when it is ${title}`, () => {
      expect(judgeConflict(existing, OWNER, digest).kind).to.equal(expected);
    });
  }

  it("is replaced at the generation that was seen", () => {
    const conflict = judgeConflict(stored("i1", 2, { bytes: 1 }), OWNER, digest);
    expect(conflict).to.deep.equal({ kind: "replace", generation: "7" });
  });
});
