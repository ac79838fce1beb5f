import { expect } from "chai";
import { parseMeetingUrl } from "../../src/meeting/meeting-url.ts";
import { RULES } from "../support/instances.ts";
import { GOOGLE, type LinkTable, TEAMS, WRAPPED, ZOOM } from "./pasted-links.ts";

const TABLES: Record<string, LinkTable> = {
  "of Google Meet": GOOGLE,
  "of Zoom": ZOOM,
  "of Microsoft Teams": TEAMS,
  "that is wrapped or framed": WRAPPED,
};

const parse = (link: string) => parseMeetingUrl(link, RULES);

describe("a link as people paste it", () => {
  for (const [which, table] of Object.entries(TABLES)) {
    for (const [link, provider, identity, url, passcode] of table) {
      it(`${which}: ${link}`, () => {
        const expected = { ok: true, provider, identity, url, passcode: passcode ?? false };
        expect(parse(link)).to.deep.equal(expected);
        expect(parse(url)).to.deep.equal(expected);
      });
    }
  }

  it("keeps the case of a Teams thread, which tells two meetings apart", () => {
    const [upper, lower] = ["19:meeting_ABC@thread.v2", "19:meeting_abc@thread.v2"].map((thread) =>
      parse(`https://teams.microsoft.com/l/meetup-join/${thread}/0`),
    );
    expect(upper).to.have.property("identity", "19:meeting_ABC@thread.v2");
    expect(lower).to.have.property("identity", "19:meeting_abc@thread.v2");
  });

  it("tells nobody the query of a link that it refuses", () => {
    expect(JSON.stringify(parse("https://example.com/j/1?pwd=secret"))).to.not.contain("secret");
  });

  it("is read quickly with a host that is made of many labels", () => {
    const link = `https://${"a.".repeat(900)}zoom.evil/j/91234567890`;
    const begun = performance.now();
    parse(link);
    parse(link.slice("https://".length));
    expect(performance.now() - begun).to.be.below(100);
  });

  it("is refused where its plain form is too long for the bot's link", () => {
    const context = "{".repeat(1900);
    const link = `https://teams.microsoft.com/l/meetup-join/19:meeting_x@thread.v2/0?context=${context}`;
    expect(parse(link)).to.deep.equal({
      ok: false,
      message: "The meeting's link is longer than 2048 characters.",
    });
  });
});

/**
 * Locks in databases are named after these: whoever changes one sends a second bot into a meeting that
 * has one.
 */
const IDENTITIES: [link: string, identity: string][] = [
  ["https://meet.google.com/ABC-defg-hij?authuser=0", "abc-defg-hij"],
  ["https://meet.google.com/lookup/abc-defg-hij", "abc-defg-hij"],
  ["https://meet.google.com/_meet/abc-defg-hij", "abc-defg-hij"],
  ["https://us02web.zoom.us/j/91234567890?pwd=AbCdEf", "91234567890"],
  ["https://zoom.com/s/123456789", "123456789"],
  ["https://a.b.zoom.us/w/91234567890?tk=t", "91234567890"],
  ["https://app.zoom.us/wc/91234567890/join", "91234567890"],
  ["https://zoom.us/wc/join/91234567890", "91234567890"],
  ["https://zoom.us/j/91234567890/start", "91234567890"],
  ["https://acme.zoom.us/my/Ada.Lovelace?pwd=x", "/my/ada.lovelace"],
  ["https://teams.microsoft.com/meet/9345678901234?p=AbC", "9345678901234"],
  ["https://teams.live.com/v2/#/meet/9345678901234", "9345678901234"],
  ["https://teams.live.com/v2/meet/9345678901234", "9345678901234"],
  [
    "https://teams.microsoft.com/l/meetup-join/19%3ameeting_Ab-c_1%40thread.v2/0?context=x",
    "19:meeting_Ab-c_1@thread.v2",
  ],
  [
    "https://teams.microsoft.com/l/meetup-join/19:meeting_Ab-c_1@thread.v2",
    "19:meeting_Ab-c_1@thread.v2",
  ],
  [
    "https://teams.microsoft.com/l/meetup-join/19:meeting_Ab-c_1@thread.v2/1582550743118",
    "19:meeting_Ab-c_1@thread.v2",
  ],
  [
    "https://teams.microsoft.com/_#/l/meetup-join/19:meeting_Ab-c_1@thread.v2/0",
    "19:meeting_Ab-c_1@thread.v2",
  ],
];

describe("the identity that locks are named after", () => {
  for (const [link, identity] of IDENTITIES) {
    it(`is for ever ${identity} for ${link}`, () => {
      expect(parse(link)).to.have.property("identity", identity);
    });
  }
});

describe("the hosts that bots may be sent to", () => {
  const LINKS = {
    "meet.google.com": "https://meet.google.com/abc-defg-hij",
    "zoom.us": "https://zoom.us/j/91234567890",
    "us02web.zoom.us": "https://us02web.zoom.us/j/91234567890",
    "acme.zoom.us": "https://acme.zoom.us/j/91234567890",
    "eu.acme.zoom.us": "https://eu.acme.zoom.us/j/91234567890",
    "teams.live.com": "https://teams.live.com/meet/9345678901234",
    "dod.teams.microsoft.us": "https://dod.teams.microsoft.us/meet/9345678901234",
    "wrapped meet.google.com":
      "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fmeet.google.com%2Fabc-defg-hij",
  };
  const cases: [allowed: string[], reached: (keyof typeof LINKS)[]][] = [
    [["meet.google.com"], ["meet.google.com", "wrapped meet.google.com"]],
    [
      ["zoom.us", "teams.live.com"],
      ["zoom.us", "teams.live.com"],
    ],
    [["*.zoom.us"], ["us02web.zoom.us", "acme.zoom.us", "eu.acme.zoom.us"]],
    [["acme.zoom.us"], ["acme.zoom.us"]],
    [["*.acme.zoom.us"], ["eu.acme.zoom.us"]],
    [["dod.teams.microsoft.us"], ["dod.teams.microsoft.us"]],
  ];
  for (const [allowedMeetingHosts, reached] of cases) {
    it(`are ${reached.join(", ")} where ${allowedMeetingHosts.join(", ")} is allowed`, () => {
      const hosts = Object.entries(LINKS)
        .filter(([, link]) => parseMeetingUrl(link, { allowedMeetingHosts }).ok)
        .map(([host]) => host);
      expect(hosts).to.deep.equal(reached);
    });
  }

  it("are told to who names another one", () => {
    const allowedMeetingHosts = ["meet.google.com", "*.zoom.us"];
    expect(
      parseMeetingUrl(`${LINKS["zoom.us"]}?pwd=secret`, { allowedMeetingHosts }),
    ).to.deep.equal({
      ok: false,
      message:
        "The meeting's link leads to zoom.us, but bots are sent to meet.google.com, *.zoom.us only.",
    });
  });
});
