import type { BotInstance } from "@meeting-bot/core";
import { expect } from "chai";
import { started } from "../../../core/test/support/instances.ts";
import { recordingPathOf } from "../../src/attempt/recording-path.ts";

/** A path that a document may hold, of whatever type. */
const at = (gcsPath: unknown) => recordingPathOf(started({ gcsPath } as Partial<BotInstance>));

describe("recordingPathOf", () => {
  it("takes the path that the document names", () => {
    expect(at("team/2030 Q1/Überblick")).to.deep.equal({
      ok: true,
      path: "team/2030 Q1/Überblick",
    });
  });

  it("makes one of creator, meeting and instance when the document names none", () => {
    const owned = { id: "i1", creatorUserId: "user", creatorOrganizationId: "org" };
    const meetingPath = "orgs/org/meetings/m1";
    expect(recordingPathOf(started({ ...owned, meetingPath }))).to.deep.equal({
      ok: true,
      path: "recordings/user/m1/i1",
    });
    expect(recordingPathOf(started({ id: "i1", creatorOrganizationId: "org" }))).to.deep.equal({
      ok: true,
      path: "recordings/org/one/i1",
    });
  });

  it("does so without a meeting and without a creator, too", () => {
    const alone = recordingPathOf(started({ id: "i1", meetingPath: undefined }));
    expect(alone).to.deep.equal({ ok: true, path: "recordings/unowned/i1/i1" });
  });

  it("takes `null` and an empty text for none", () => {
    const path = { ok: true, path: "recordings/unowned/one/instance" };
    expect(at(null)).to.deep.equal(path);
    expect(at("")).to.deep.equal(path);
  });

  for (const path of ["../x", "a//b", "/a", "gs://other/a", "a\nb", 7, {}]) {
    it(`refuses ${JSON.stringify(path)} for good, and says why`, () => {
      const refused = at(path);
      if (refused.ok) throw new Error(`accepted as ${refused.path}`);
      expect(refused.failure).to.include({
        code: "INVALID_MEETING",
        stage: "request",
        retryable: false,
      });
      expect(refused.failure.message).to.match(/^gcs_path (must|has|contains) .+\.$/);
    });
  }
});
