import { expect } from "chai";
import { meetingsProblems, meetingsSettings } from "../../src/settings/meetings.ts";
import { examineSettings } from "../../src/settings/read-settings.ts";

const problemsOf = (path: string, mode = "") =>
  examineSettings(
    meetingsSettings,
    { MEETINGS_COLLECTION_PATH: path, MEETINGS_QUERY_MODE: mode },
    meetingsProblems,
  ).problems;

describe("the settings of where the meetings are", () => {
  it("are one collection, `meetings`, by default", () => {
    expect(examineSettings(meetingsSettings, {}).values).to.deep.equal({
      meetingsPath: "meetings",
      meetingsQueryMode: "collection",
    });
  });

  for (const path of [
    "calls",
    "organizations/acme/meetings",
    "organizations/{organizationId}/meetings",
    "a/{b}/c/d/e",
  ]) {
    it(`accept ${path}`, () => {
      expect(problemsOf(path)).to.deep.equal([]);
    });
  }

  for (const path of [
    "organizations/{organizationId}",
    "{any}",
    "a/b/{c}",
    "{a}/b/c",
    "/meetings",
    "meetings/",
    "a//b",
    "a/{b=**}/c",
    "a/x{b}/c",
  ]) {
    it(`refuse ${path}, which is no collection`, () => {
      expect(problemsOf(path)[0]).to.contain(`MEETINGS_COLLECTION_PATH is "${path}"`);
    });
  }

  it("want an id and no path for a collection group", () => {
    expect(problemsOf("meetings", "collection_group")).to.deep.equal([]);
    expect(problemsOf("organizations/{organizationId}/meetings", "collection_group")).to.deep.equal(
      [
        'MEETINGS_COLLECTION_PATH is "organizations/{organizationId}/meetings", but with MEETINGS_QUERY_MODE=collection_group it must be a collection\'s id such as meetings.',
      ],
    );
  });
});
