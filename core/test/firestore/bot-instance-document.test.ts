import { Timestamp } from "@google-cloud/firestore";
import { expect } from "chai";
import { botInstanceDocument } from "../../src/firestore/bot-instance-document.ts";
import { LINK, NAMING, NOW, started } from "../support/instances.ts";

const RENAMED = {
  ...NAMING,
  instanceStatusField: "condition",
  instanceStatus: { queued: "Q", processing: "P", done: "D", failed: "F", cancelled: "C" },
};
const plain = botInstanceDocument(NAMING, 3);
const renamed = botInstanceDocument(RENAMED, 3);

/** What Firestore makes of the fields that it is given. */
const stored = (fields: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [
      field,
      value instanceof Date ? Timestamp.fromDate(value) : value,
    ]),
  );

describe("the document of a bot instance", () => {
  it("needs no more than a link and a status", () => {
    expect(plain.parse("id", { meeting_url: LINK, status: "queued" }, NOW)).to.deep.equal({
      id: "id",
      meetingUrl: LINK,
      status: "queued",
      phaseAt: {},
      wantedLinks: 0,
      attempt: 0,
      maxAttempts: 3,
      launchFailures: 0,
      createdAt: NOW,
      updatedAt: NOW,
    });
  });

  it("is read and written under the user's names", () => {
    const fields = { meeting_url: LINK, condition: "P", status: "theirs" };
    expect(renamed.parse("id", fields, NOW)).to.include({ status: "processing" });
    expect(renamed.patch(fields, { status: "done" })).to.deep.equal({ ...fields, condition: "D" });
  });

  it("is nobody's business of ours with a status that we did not write", () => {
    for (const status of ["paused", undefined, 7, null, "Queued"]) {
      expect(plain.parse("id", { meeting_url: LINK, status }, NOW)).to.include({
        status: "cancelled",
      });
    }
  });

  it("comes back as it was written", () => {
    const instance = started({ phaseAt: {}, error: undefined });
    const fields = stored(plain.patch({}, instance));
    expect(plain.parse(instance.id, fields, NOW)).to.deep.equal({
      ...started({ phaseAt: {} }),
    });
  });

  it("keeps what we do not know of it, and loses what a patch removes", () => {
    const fields = { theirs: { deep: [1] }, camelCase: true, wake_at: 1, runner_id: "me" };
    expect(
      plain.patch(fields, { wakeAt: undefined, runnerId: undefined, attempt: 2 }),
    ).to.deep.equal({
      theirs: { deep: [1] },
      camelCase: true,
      attempt: 2,
    });
  });

  it("never writes the id into the document, nor takes it from there", () => {
    expect(plain.patch({}, { id: "id", attempt: 1 })).to.deep.equal({ attempt: 1 });
    expect(plain.parse("id", { id: "theirs", status: "queued" }, NOW)).to.include({ id: "id" });
  });

  it("is usable whatever types others gave its fields", () => {
    const odd = {
      status: "queued",
      meeting_url: 7,
      meetings: "meetings/one",
      attempt: "1",
      max_attempts: null,
      launch_failures: [],
      phase_at: "x",
      outputs: "video.mp4",
      session_key: "a/b",
      wake_at: "soon",
      end_at: "2030-01-31",
      created_at: "2030-01-31T09:00:00+00:00",
    };
    const instance = plain.parse("id", odd, NOW);
    expect(instance).to.deep.include({
      meetingUrl: "",
      wantedLinks: 0,
      attempt: 0,
      maxAttempts: 3,
      launchFailures: 0,
      phaseAt: {},
      createdAt: NOW,
    });
    expect(instance).to.not.have.any.keys("meetings", "wakeAt", "endAt", "outputs", "sessionKey");
  });

  it("counts the meetings that the version before has listed, until it counts them itself", () => {
    const listed = { status: "queued", meetings: ["meetings/one", "meetings/two"] };
    expect(plain.parse("id", listed, NOW)).to.deep.include({
      wantedLinks: 2,
      meetingPath: "meetings/one",
      meetings: listed.meetings,
    });
    expect(plain.parse("id", { ...listed, wanted_links: 3 }, NOW)).to.include({ wantedLinks: 3 });
    expect(plain.parse("id", { ...listed, meetings: [] }, NOW)).to.include({ wantedLinks: 0 });
  });

  it("lists only what can be a document among its meetings, and no more than share a bot", () => {
    const paths = ["meetings/one", "a/b/meetings/two"];
    const shapes = ["", "meetings", "/meetings/one", "meetings//one", "meetings/one/", 7, null];
    const ids = ["meetings/..", "meetings/__id__", "./one", `meetings/${"x".repeat(1501)}`, "a/\0"];
    const fields = { status: "queued", meetings: [...shapes, ...ids, ...paths] };
    expect(plain.parse("id", fields, NOW).meetings).to.deep.equal(paths);
    const many = Array.from({ length: 20_000 }, (_, index) => `meetings/${index}`);
    expect(plain.parse("id", { meetings: many }, NOW).meetings).to.have.length(1000);
  });
});
