import { expect } from "chai";
import { parseMeetingUrl } from "../../src/meeting/meeting-url.ts";
import { RULES } from "../support/instances.ts";

const THREAD = "19:meeting_MjdhNjM4YzUtYzExZi00OTFkLTkzZTAtNTVlNmZmMDhkNGU2@thread.v2";
const ENCODED = encodeURIComponent(THREAD);

/** Each meeting, and the links that all lead to it. */
const MEETINGS: Record<string, { provider: string; identity: string; links: string[] }> = {
  "a Google Meet": {
    provider: "google",
    identity: "abc-defg-hij",
    links: [
      "https://meet.google.com/abc-defg-hij",
      "https://meet.google.com/abc-defg-hij/",
      "https://meet.google.com/ABC-defg-hij",
      "https://MEET.Google.COM/abc-defg-hij",
      "https://meet.google.com:443/abc-defg-hij",
      "https://meet.google.com/abc-defg-hij?authuser=0",
      "https://meet.google.com/abc-defg-hij?hs=122&authuser=1#main",
      "https://meet.google.com/abc-defg-hij?authuser=1&hs=122",
      "HTTPS://meet.google.com/abc-defg-hij",
    ],
  },
  "a Zoom meeting": {
    provider: "zoom",
    identity: "91234567890",
    links: [
      "https://zoom.us/j/91234567890",
      "https://zoom.us/j/91234567890/",
      "https://zoom.com/j/91234567890",
      "https://us02web.zoom.us/j/91234567890?pwd=AbCdEf",
      "https://us02web.zoom.us/j/91234567890?uname=x&pwd=AbCdEf",
      "https://US02WEB.ZOOM.US/j/91234567890?pwd=AbCdEf&uname=x",
      "https://acme-corp.zoom.us/s/91234567890",
      "https://a.b.zoom.us/w/91234567890?tk=t",
      "https://app.zoom.us/wc/91234567890/join",
      "https://zoom.us/wc/join/91234567890",
    ],
  },
  "a personal Zoom room": {
    provider: "zoom",
    identity: "/my/ada.lovelace",
    links: ["https://zoom.us/my/ada.lovelace", "https://acme.zoom.us/my/Ada.Lovelace?pwd=x"],
  },
  "a Teams meeting with a number": {
    provider: "microsoft",
    identity: "9345678901234",
    links: [
      "https://teams.microsoft.com/meet/9345678901234?p=AbC",
      "https://teams.live.com/meet/9345678901234",
      "https://teams.live.com/meet/9345678901234/?p=AbC",
      "https://teams.live.com/v2/#/meet/9345678901234",
    ],
  },
  "a Teams meeting with a thread": {
    provider: "microsoft",
    identity: THREAD,
    links: [
      `https://teams.microsoft.com/l/meetup-join/${THREAD}/0`,
      `https://teams.microsoft.com/l/meetup-join/${ENCODED}/0?context=%7b%22Tid%22%3a%22x%22%7d`,
      `https://teams.microsoft.com/l/meetup-join/${ENCODED.replaceAll("%3A", "%3a")}/0`,
      `https://teams.microsoft.com/_#/l/meetup-join/${THREAD}/0?context=x`,
      `https://teams.microsoft.com/v2/?meetingjoin=true#/l/meetup-join/${ENCODED}/0`,
    ],
  },
};

const parse = (link: string) => parseMeetingUrl(link, RULES);

describe("parseMeetingUrl", () => {
  for (const [what, { provider, identity, links }] of Object.entries(MEETINGS)) {
    for (const link of links) {
      it(`finds ${what} behind ${link.replaceAll(ENCODED, "…")}`, () => {
        expect(parse(link)).to.deep.equal({ ok: true, provider, identity });
      });
    }
  }

  it("keeps the case of a Teams thread, which tells two meetings apart", () => {
    const [upper, lower] = ["19:meeting_ABC@thread.v2", "19:meeting_abc@thread.v2"].map((thread) =>
      parse(`https://teams.microsoft.com/l/meetup-join/${thread}/0`),
    );
    expect(upper).to.not.deep.equal(lower);
  });

  it("tells nobody the query of a link that it refuses", () => {
    expect(JSON.stringify(parse("https://example.com/j/1?pwd=secret"))).to.not.contain("secret");
  });

  it("is quick with a host that is made of many labels", () => {
    const link = `https://${"a.".repeat(900)}zoom.evil/j/91234567890`;
    const begun = performance.now();
    parse(link);
    expect(performance.now() - begun).to.be.below(100);
  });
});

describe("the hosts that bots may be sent to", () => {
  const LINKS = {
    "meet.google.com": "https://meet.google.com/abc-defg-hij",
    "zoom.us": "https://zoom.us/j/91234567890",
    "us02web.zoom.us": "https://us02web.zoom.us/j/91234567890",
    "acme.zoom.us": "https://acme.zoom.us/j/91234567890",
    "eu.acme.zoom.us": "https://eu.acme.zoom.us/j/91234567890",
    "teams.live.com": "https://teams.live.com/meet/9345678901234",
  };
  const cases: [allowed: string[], reached: (keyof typeof LINKS)[]][] = [
    [["meet.google.com"], ["meet.google.com"]],
    [
      ["zoom.us", "teams.live.com"],
      ["zoom.us", "teams.live.com"],
    ],
    [["*.zoom.us"], ["us02web.zoom.us", "acme.zoom.us", "eu.acme.zoom.us"]],
    [["acme.zoom.us"], ["acme.zoom.us"]],
    [["*.acme.zoom.us"], ["eu.acme.zoom.us"]],
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
