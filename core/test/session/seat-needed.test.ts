import { expect } from "chai";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { sessionKeyNeededBy } from "../../src/session/seat-needed.ts";
import { LINK, queued, RULES } from "../support/instances.ts";
import { meetingWith, waitingFor } from "../support/meetings.ts";

describe("the room of an instance", () => {
  const theirs = (fields: Partial<BotInstance> = {}) =>
    queued({ creatorOrganizationId: "org", ...fields });
  const { sessionKey } = waitingFor(meetingWith());

  it("is its own or, of one that others made, that of a meeting with the same link", () => {
    const link = `${LINK}?authuser=1`;
    expect(sessionKeyNeededBy(theirs({ meetingUrl: link }), RULES)).to.equal(sessionKey);
    expect(sessionKeyNeededBy(theirs({ sessionKey: "own" }), RULES)).to.equal("own");
  });

  it("is none for one that shares with nobody, goes nowhere, or fetches a recording", () => {
    const source = { uri: "gs://b/x", recordingId: "x" };
    for (const fields of [
      { creatorOrganizationId: undefined },
      { meetingUrl: "https://example.com/" },
      { source },
      { source, sessionKey: "own" },
    ]) {
      expect(sessionKeyNeededBy(theirs(fields), RULES)).to.equal(undefined);
    }
  });
});
