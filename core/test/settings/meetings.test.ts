import { expect } from "chai";
import { linkSettings, meetingsProblems, meetingsSettings } from "../../src/settings/meetings.ts";
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

describe("the setting of where bots may be sent", () => {
  const read = (hosts: string) => examineSettings(linkSettings, { ALLOWED_MEETING_HOSTS: hosts });
  const KNOWN =
    "meet.google.com, teams.microsoft.com, teams.live.com, teams.cloud.microsoft, gov.teams.microsoft.us, dod.teams.microsoft.us, zoom.us, *.zoom.us, zoom.com, *.zoom.com, zoomgov.com, *.zoomgov.com";

  it("is all that the providers have, by default", () => {
    expect(read("").values.allowedMeetingHosts).to.deep.equal(KNOWN.split(", "));
  });

  for (const [hosts, allowed] of [
    ["meet.google.com", ["meet.google.com"]],
    ["Teams.Live.com , *.Zoom.us", ["teams.live.com", "*.zoom.us"]],
    ["acme.zoom.us,*.acme.zoom.us", ["acme.zoom.us", "*.acme.zoom.us"]],
    ["agency.zoomgov.com,teams.cloud.microsoft", ["agency.zoomgov.com", "teams.cloud.microsoft"]],
  ] as const) {
    it(`accepts ${hosts}`, () => {
      const { values, problems } = read(hosts);
      expect({ ...values, problems }).to.deep.equal({ allowedMeetingHosts: allowed, problems: [] });
    });
  }

  for (const hosts of [
    "example.com",
    "meet.google.com,example.com",
    "*",
    "*.com",
    "*.us",
    "*.google.com",
    "*.meet.google.com",
    "evilzoom.us",
    "*.teams.microsoft.us",
    "www.google.com",
    "*.safelinks.protection.outlook.com",
    "zoom.us.evil.com",
    "a.*.zoom.us",
    "**.zoom.us",
    "https://zoom.us",
    "zoom.us:443",
    "zoom.us.",
    ".zoom.us",
    "a b.zoom.us",
    "xn--zom-sna.us",
    "meet.google.com,",
  ]) {
    it(`refuses ${hosts}, and names the hosts that there are`, () => {
      expect(read(hosts).problems).to.deep.equal([
        `ALLOWED_MEETING_HOSTS is "${hosts}", but must be hosts, separated by commas, all of which are among ${KNOWN}.`,
      ]);
    });
  }
});
