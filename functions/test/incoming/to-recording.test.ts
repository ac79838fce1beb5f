import { expect } from "chai";
import { RULES } from "../../../core/test/support/instances.ts";
import type { Notice } from "../../src/incoming/notice.ts";
import { addressOf, toRecording } from "../../src/incoming/to-recording.ts";
import { noticeOf } from "./support/notices.ts";

const NOW = Date.parse("2026-02-06T16:00:00Z");
const URI = "s3://imports/key.webm";
const readAs = (fields: object = {}, metadata: object = {}) =>
  toRecording(noticeOf(fields, metadata) as unknown as Notice, URI, RULES, NOW);

describe("the recording that a notice tells of", () => {
  it("is all that is said of it", () => {
    expect(readAs()).to.deep.equal({
      recordingId: "rec-1",
      uri: URI,
      endedAt: Date.parse("2026-02-06T15:45:00Z"),
      link: {
        url: "https://meet.google.com/abc-defg-hij?pwd=hunter2-hunter2",
        provider: "google",
        identity: "abc-defg-hij",
      },
      botId: "bot-1",
      organizationId: "acme",
      userId: "ada",
      durationSeconds: 1800,
    });
  });

  it("has no link where none, or one that no bot may open, is given", () => {
    for (const meetingLink of [null, "", undefined, "https://example.com/", "http://10.0.0.1/x"]) {
      expect(readAs({ meetingLink })).not.to.have.property("link");
    }
  });

  it("ended now where nobody says when, or says later", () => {
    for (const timestamp of [null, undefined, "2027-01-01T00:00:00Z"]) {
      expect(readAs({ timestamp }).endedAt).to.equal(NOW);
    }
  });

  it("belongs to nobody where nobody is named", () => {
    const { organizationId, userId, botId } = readAs({}, { teamId: "", userId: null, botId: "" });
    expect({ organizationId, userId, botId }).to.deep.equal({
      organizationId: undefined,
      userId: undefined,
      botId: undefined,
    });
  });

  it("has the length that its storage says, where nothing else does", () => {
    const storage = { bucket: "imports", key: "key.webm", duration: 60 };
    expect(readAs({}, { duration: null, storage }).durationSeconds).to.equal(60);
    expect(readAs({}, { duration: null, storage: null }).durationSeconds).to.equal(undefined);
  });
});

describe("the address of a recording", () => {
  it("is everything that is said of where it is", () => {
    const { urls, storage } = addressOf(noticeOf() as unknown as Notice);
    expect(urls).to.have.length(2);
    expect(storage).to.include({ provider: "s3", bucket: "imports", endpoint: undefined });
  });

  it("leaves out what is empty", () => {
    const notice = noticeOf({ blobUrl: "" }, { storage: null }) as unknown as Notice;
    expect(addressOf(notice)).to.deep.equal({ urls: [] });
  });
});
