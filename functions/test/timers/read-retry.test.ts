import { Timestamp } from "@google-cloud/firestore";
import { expect } from "chai";
import { readRetry } from "../../src/timers/read-retry.ts";

const WAKE_AT = Timestamp.fromMillis(1_900_000_000_000);
const ERROR = { code: "BOT_CRASHED", message: "The meeting bot stopped answering." };

describe("readRetry", () => {
  it("reads when the next attempt is due", () => {
    const entry = { what: "queued", error: ERROR, wake_at: WAKE_AT };
    expect(readRetry(entry)).to.equal(WAKE_AT.toMillis());
  });

  it("leaves a first plan to whoever made it", () => {
    expect(readRetry({ what: "queued", wake_at: WAKE_AT })).to.equal(undefined);
  });

  it("leaves alone what ended, what is at work, and what it cannot read", () => {
    for (const what of ["failed", "joining", "replanned"]) {
      expect(readRetry({ what, error: ERROR, wake_at: WAKE_AT })).to.equal(undefined);
    }
    expect(readRetry({ what: "queued", error: ERROR, wake_at: "soon" })).to.equal(undefined);
    expect(readRetry(undefined)).to.equal(undefined);
  });
});
