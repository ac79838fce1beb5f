import { expect } from "chai";
import { parseMeetingUrl } from "../../src/meeting/meeting-url.ts";

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

/** Links that no bot may open, and a word of what the user is told. */
const REFUSED: [what: string, link: string, told: RegExp][] = [
  ["nothing", "", /is not a URL/],
  ["words", "tomorrow at nine", /is not a URL/],
  ["a link without a scheme", "meet.google.com/abc-defg-hij", /is not a URL/],
  ["plain http", "http://meet.google.com/abc-defg-hij", /https:/],
  ["a script", "javascript:location='https://meet.google.com/abc-defg-hij'", /https:/],
  ["a file", "file://meet.google.com/abc-defg-hij", /https:/],
  ["data", "data:text/html,meet.google.com/abc-defg-hij", /https:/],
  ["another site", "https://example.com/abc-defg-hij", /leads to example\.com/],
  ["a host that begins alike", "https://meet.google.com.evil.com/abc-defg-hij", /evil\.com/],
  ["a host that ends alike", "https://evilzoom.us/j/91234567890", /evilzoom\.us/],
  ["a host that ends alike after a hyphen", "https://evil-zoom.us/j/91234567890", /evil-zoom/],
  ["Zoom's name before another", "https://zoom.us.evil.com/j/91234567890", /evil\.com/],
  ["a sub-domain of Meet", "https://evil.meet.google.com/abc-defg-hij", /leads to/],
  ["a sub-domain of Teams", "https://x.teams.microsoft.com/meet/9345678901234", /leads to/],
  ["the rest of Google", "https://www.google.com/abc-defg-hij", /leads to/],
  ["the rest of Microsoft", "https://login.microsoft.com/meet/9345678901234", /leads to/],
  ["a link to look-alike Teams", "https://teamsXmicrosoft.com/meet/9345678901234", /leads to/],
  ["a host with a dot at its end", "https://meet.google.com./abc-defg-hij", /leads to/],
  ["a host in the path", "https://evil.com/meet.google.com/abc-defg-hij", /evil\.com/],
  ["a host in the query", "https://evil.com/?u=https://zoom.us/j/91234567890", /evil\.com/],
  ["a host in the hash", "https://evil.com/#https://zoom.us/j/91234567890", /evil\.com/],
  ["a host as the user name", "https://zoom.us@evil.com/j/91234567890", /user name/],
  ["a user name", "https://me@zoom.us/j/91234567890", /user name/],
  ["a password", "https://:secret@zoom.us/j/91234567890", /user name/],
  ["a port", "https://meet.google.com:8443/abc-defg-hij", /port/],
  ["this machine", "https://127.0.0.1/abc-defg-hij", /leads to 127\.0\.0\.1/],
  ["this machine as a number", "https://2130706433/abc-defg-hij", /leads to 127\.0\.0\.1/],
  ["this machine by IPv6", "https://[::1]/abc-defg-hij", /leads to \[::1\]/],
  ["the metadata server", "https://169.254.169.254/computeMetadata", /leads to 169/],
  ["the metadata server by name", "https://metadata.google.internal/", /leads to metadata/],
  ["Cyrillic letters", "https://mееt.google.com/abc-defg-hij", /leads to xn--/],
  ["punycode", "https://xn--mt-1kca.google.com/abc-defg-hij", /leads to/],
  ["an umlaut", "https://zöom.us/j/91234567890", /leads to xn--/],
  ["a newline", "https://meet.google.com/abc-defg-hij\n", /control characters/],
  ["a newline in the host", "https://meet.goo\ngle.com/abc-defg-hij", /control characters/],
  ["a tab", "https://meet.google.com/\tabc-defg-hij", /control characters/],
  ["a zero byte", "https://meet.google.com/abc-defg-hij\0", /control characters/],
  ["a C1 control character", "https://meet.google.com/abc-defg-hij\u0085", /control characters/],
  ["too much", `https://meet.google.com/abc-defg-hij?${"x".repeat(2048)}`, /longer than 2048/],
  ["Meet's front page", "https://meet.google.com/", /names no meeting/],
  ["Meet's new meeting", "https://meet.google.com/new", /names no meeting/],
  ["a Meet code that is too long", "https://meet.google.com/abc-defg-hijk", /names no meeting/],
  ["a Meet code in the query", "https://meet.google.com/?x=/abc-defg-hij", /names no meeting/],
  ["Zoom's front page", "https://zoom.us/", /names no meeting/],
  ["a Zoom number that is too short", "https://zoom.us/j/12345678", /names no meeting/],
  ["a Zoom number that is too long", "https://zoom.us/j/1234567890123", /names no meeting/],
  ["a Zoom number with more behind it", "https://zoom.us/j/91234567890x", /names no meeting/],
  ["a Zoom registration", "https://zoom.us/webinar/register/91234567890", /names no meeting/],
  ["Teams' front page", "https://teams.microsoft.com/", /names no meeting/],
  [
    "a Teams chat",
    "https://teams.microsoft.com/l/chat/19:abc@unq.gbl.spaces/0",
    /names no meeting/,
  ],
  ["a broken escape", `https://teams.microsoft.com/l/${ENCODED}/%zz`, /names no meeting/],
];

describe("parseMeetingUrl", () => {
  for (const [what, { provider, identity, links }] of Object.entries(MEETINGS)) {
    for (const link of links) {
      it(`finds ${what} behind ${link.replaceAll(ENCODED, "…")}`, () => {
        expect(parseMeetingUrl(link)).to.deep.equal({ ok: true, provider, identity });
      });
    }
  }

  for (const [what, link, told] of REFUSED) {
    it(`refuses ${what}`, () => {
      const refused = parseMeetingUrl(link);
      expect(refused).to.include({ ok: false });
      expect(refused)
        .to.have.property("message")
        .that.matches(told)
        .and.matches(/^The .*\.$/);
    });
  }

  it("keeps the case of a Teams thread, which tells two meetings apart", () => {
    const [upper, lower] = ["19:meeting_ABC@thread.v2", "19:meeting_abc@thread.v2"].map((thread) =>
      parseMeetingUrl(`https://teams.microsoft.com/l/meetup-join/${thread}/0`),
    );
    expect(upper).to.not.deep.equal(lower);
  });

  it("tells nobody the query of a link that it refuses", () => {
    const refused = parseMeetingUrl("https://example.com/j/1?pwd=secret");
    expect(JSON.stringify(refused)).to.not.contain("secret");
  });

  it("is quick with a host that is made of many labels", () => {
    const link = `https://${"a.".repeat(900)}zoom.evil/j/91234567890`;
    const begun = performance.now();
    parseMeetingUrl(link);
    expect(performance.now() - begun).to.be.below(100);
  });
});
