import { expect } from "chai";
import { newMeetingId, RANDOM_BYTES } from "../../../src/api/meetings/meeting-id.ts";

describe("newMeetingId", () => {
  const [least, most] = [Buffer.alloc(RANDOM_BYTES, 0), Buffer.alloc(RANDOM_BYTES, 255)];

  it("sorts later ids after earlier ones, whatever chance adds", () => {
    const times = [0, 1, Date.UTC(2026, 0), Date.UTC(2026, 0) + 1, Date.UTC(9999, 11)];
    const ids = times.flatMap((at) => [newMeetingId(at, least), newMeetingId(at, most)]);
    expect(ids.toSorted()).to.deep.equal(ids);
  });

  it("is of one length, and of letters that a path takes", () => {
    for (const at of [0, Date.UTC(9999, 11)]) {
      expect(newMeetingId(at, most)).to.match(/^[0-9a-f]{32}$/);
    }
  });
});
