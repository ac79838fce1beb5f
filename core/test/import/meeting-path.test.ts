import { expect } from "chai";
import { importIdOf } from "../../src/import/finished-recording.ts";
import { importedMeetingPath } from "../../src/import/meeting-path.ts";

const ID = importIdOf("rec-1");

function pathIn(collection: string, fields: object = {}): string | undefined {
  const recording = { recordingId: "rec-1", organizationId: "acme", userId: "ada", ...fields };
  return importedMeetingPath(collection, recording);
}

describe("the meeting of a recording that belongs to none", () => {
  it("is called by the recording's id, and by no part of it", () => {
    expect(ID).to.match(/^import-[0-9a-f]{32}$/);
    expect(importIdOf("rec-1")).to.equal(ID);
    expect(importIdOf("rec-2")).not.to.equal(ID);
  });

  it("goes where the others are", () => {
    expect(pathIn("meetings")).to.equal(`meetings/${ID}`);
    expect(pathIn("organizations/{organizationId}/meetings")).to.equal(
      `organizations/acme/meetings/${ID}`,
    );
    expect(pathIn("o/{organizationId}/u/{userId}/m")).to.equal(`o/acme/u/ada/m/${ID}`);
  });

  const cases: [what: string, fields: object][] = [
    ["names no organisation", { organizationId: undefined }],
    ["names one that leads elsewhere", { organizationId: "acme/meetings/one/secret" }],
    ["names its parent", { organizationId: ".." }],
    ["names what Firestore keeps for itself", { organizationId: "__acme__" }],
  ];
  for (const [what, fields] of cases) {
    it(`has no place when the recording ${what}`, () => {
      expect(pathIn("organizations/{organizationId}/meetings", fields)).to.equal(undefined);
    });
  }

  it("has no place where nobody knows what a placeholder stands for", () => {
    expect(pathIn("teams/{team}/meetings")).to.equal(undefined);
  });
});
