import { expect } from "chai";
import { parseMeetingUrl } from "../../src/meeting/meeting-url.ts";
import { RULES } from "../support/instances.ts";

const LONGER = "is longer than 2048 characters";

/** Links that no bot may open, and what the user is told: the end of a sentence about the link. */
const REFUSED: [what: string, link: string, told: string][] = [
  ["nothing", "", "is not a URL"],
  ["words", "tomorrow at nine", "is not a URL"],
  ["a link without a scheme", "meet.google.com/abc-defg-hij", "is not a URL"],
  ["half a surrogate pair", "https://zoom.us/j/91234567890\ud800", "is not well-formed Unicode"],
  ["too much", `https://meet.google.com/abc-defg-hij?${"x".repeat(2048)}`, LONGER],
  ["much too much", `https://meet.google.com/${"a/".repeat(500_000)}`, LONGER],
  ...inTheLink("contains control characters", {
    "a newline at its end": "https://meet.google.com/abc-defg-hij\n",
    "a newline in the host": "https://meet.goo\ngle.com/abc-defg-hij",
    "a newline before it": "\nhttps://meet.google.com/abc-defg-hij",
    "a tab": "https://meet.google.com/\tabc-defg-hij",
    "a zero byte": "https://meet.google.com/abc-defg-hij\0",
    "a C1 control character": "https://meet.google.com/abc-defg-hij\u0085",
    "a line separator": "https://meet.google.com/abc-defg-hij\u2028",
  }),
  ...inTheLink("contains characters that turn the direction of writing", {
    "an override": "https://meet.google.com/\u202eabc-defg-hij",
    "an isolate": "https://meet.google.com/abc-defg-hij?\u2066",
  }),
  ...inTheLink("contains white space", {
    "a space before it": " https://meet.google.com/abc-defg-hij",
    "a space behind it": "https://meet.google.com/abc-defg-hij ",
    "a space in the path": "https://meet.google.com/abc-defg-hij /x",
    "a space that does not break": "https://meet.google.com/abc-defg-hij?\u00a0",
    "a byte order mark": "https://meet.google.com/abc-defg-hij?\ufeff",
  }),
  ...inTheLink("contains a backslash", {
    "backslashes for slashes": "https:\\\\meet.google.com\\abc-defg-hij",
    "a backslash before an at sign": "https://evil.com\\@meet.google.com/abc-defg-hij",
    "a backslash in the path": "https://meet.google.com/abc-defg-hij/\\..",
  }),
  ...inTheLink("must begin with https:// and a host", {
    "plain http": "http://meet.google.com/abc-defg-hij",
    "a script": "javascript:location='https://meet.google.com/abc-defg-hij'",
    "a file": "file://meet.google.com/abc-defg-hij",
    data: "data:text/html,meet.google.com/abc-defg-hij",
    "a web socket": "wss://meet.google.com/abc-defg-hij",
    "a scheme of one's own": "zoommtg://zoom.us/join?confno=91234567890",
    "the source of a page": "view-source:https://meet.google.com/abc-defg-hij",
    "a scheme without slashes": "https:meet.google.com/abc-defg-hij",
    "a scheme with one slash": "https:/meet.google.com/abc-defg-hij",
    "a scheme with three slashes": "https:///meet.google.com/abc-defg-hij",
  }),
  ...inTheLink("must not contain a user name or password", {
    "a host as the user name": "https://zoom.us@evil.com/j/91234567890",
    "a user name": "https://me@zoom.us/j/91234567890",
    "a password": "https://:secret@zoom.us/j/91234567890",
    "both, empty": "https://:@zoom.us/j/91234567890",
    "an empty user name": "https://@zoom.us/j/91234567890",
    "an encoded at sign in the user name": "https://evil.com%40zoom.us@zoom.us/j/91234567890",
  }),
  ...inTheLink("has a host with a percent sign", {
    "an encoded dot": "https://meet%2egoogle.com/abc-defg-hij",
    "an encoded letter": "https://%6deet.google.com/abc-defg-hij",
  }),
  ...inTheLink("has a host with letters beyond ASCII, which can look like another", {
    "Cyrillic letters": "https://mееt.google.com/abc-defg-hij",
    punycode: "https://xn--mt-1kca.google.com/abc-defg-hij",
    "punycode in capitals": "https://XN--mt-1kca.google.com/abc-defg-hij",
    "punycode below Zoom": "https://xn--mt-1kca.zoom.us/j/91234567890",
    "an umlaut": "https://zöom.us/j/91234567890",
    "an umlaut below Zoom": "https://zöom.zoom.us/j/91234567890",
    "wide letters, which a parser makes narrow": "https://ｍeet.google.com/abc-defg-hij",
    "an ideographic dot, which a parser makes a dot": "https://meet。google.com/abc-defg-hij",
    "a soft hyphen, which a parser takes out": "https://meet.goo\u00adgle.com/abc-defg-hij",
    "a joiner, which a parser takes out": "https://meet.goo\u2060gle.com/abc-defg-hij",
  }),
  ...inTheLink("names a machine by its address", {
    "this machine": "https://127.0.0.1/abc-defg-hij",
    "this machine as a number": "https://2130706433/abc-defg-hij",
    "this machine in octal": "https://0177.1/abc-defg-hij",
    "this machine in hexadecimal": "https://0x7f.0.0.1/abc-defg-hij",
    "this machine by IPv6": "https://[::1]/abc-defg-hij",
    "this machine by IPv4 in IPv6": "https://[::ffff:127.0.0.1]/abc-defg-hij",
    "the metadata server": "https://169.254.169.254/computeMetadata",
  }),
  ...inTheLink("must not name a port", {
    "a port": "https://meet.google.com:8443/abc-defg-hij",
    "the port of plain http": "https://meet.google.com:80/abc-defg-hij",
  }),
  ...inTheLink("has a host with a dot at its end", {
    "a host with a dot at its end": "https://meet.google.com./abc-defg-hij",
    "Zoom with a dot at its end": "https://us02web.zoom.us./j/91234567890",
  }),
  ...inTheLink("has a host of more than 253 characters", {
    "a long host": `https://${"a.".repeat(124)}zoom.us/j/91234567890`,
  }),
  ...inTheLink("has no full name of a host, such as meet.google.com", {
    "a host of one label": "https://localhost/abc-defg-hij",
    "an empty label": "https://a..zoom.us/j/91234567890",
    "an empty label before Zoom": "https://.zoom.us/j/91234567890",
    "an underscore": "https://a_b.zoom.us/j/91234567890",
    "an asterisk": "https://*.zoom.us/j/91234567890",
  }),
  ...Object.entries({
    "another site": ["example.com", "https://example.com/abc-defg-hij"],
    "a host that begins alike": [
      "meet.google.com.evil.com",
      "https://meet.google.com.evil.com/abc-defg-hij",
    ],
    "a host that ends alike": ["evilzoom.us", "https://evilzoom.us/j/91234567890"],
    "a host that ends alike after a hyphen": ["evil-zoom.us", "https://evil-zoom.us/j/91234567890"],
    "Zoom's name before another": ["zoom.us.evil.com", "https://zoom.us.evil.com/j/91234567890"],
    "a sub-domain of Meet": ["evil.meet.google.com", "https://evil.meet.google.com/abc-defg-hij"],
    "a sub-domain of Teams": [
      "x.teams.microsoft.com",
      "https://x.teams.microsoft.com/meet/9345678901234",
    ],
    "the rest of Google": ["www.google.com", "https://www.google.com/abc-defg-hij"],
    "the rest of Microsoft": [
      "login.microsoft.com",
      "https://login.microsoft.com/meet/9345678901234",
    ],
    "a link to look-alike Teams": [
      "teamsxmicrosoft.com",
      "https://teamsXmicrosoft.com/meet/9345678901234",
    ],
    "a host in the path": ["evil.com", "https://evil.com/meet.google.com/abc-defg-hij"],
    "a host in the query": ["evil.com", "https://evil.com/?u=https://zoom.us/j/91234567890"],
    "a host in the hash": ["evil.com", "https://evil.com/#https://zoom.us/j/91234567890"],
    "half a password for the host": ["another host", "https://pass.wo/rd@zoom.us/j/91234567890"],
    "the metadata server by name": [
      "metadata.google.internal",
      "https://metadata.google.internal/",
    ],
  }).map(([what, [host = "", link = ""]]): [string, string, string] => [
    what,
    link,
    `leads to ${host}, which is not Google Meet, Microsoft Teams or Zoom`,
  ]),
  ...inTheLink("is a Google Meet address, but names no meeting", {
    "Meet's front page": "https://meet.google.com/",
    "Meet's new meeting": "https://meet.google.com/new",
    "Meet's way to other sites": "https://meet.google.com/linkredirect?dest=https://evil.com/",
    "a Meet code that is too long": "https://meet.google.com/abc-defg-hijk",
    "a Meet code in the query": "https://meet.google.com/?x=/abc-defg-hij",
  }),
  ...inTheLink("is a Zoom address, but names no meeting", {
    "Zoom's front page": "https://zoom.us/",
    "a Zoom number that is too short": "https://zoom.us/j/12345678",
    "a Zoom number that is too long": "https://zoom.us/j/1234567890123",
    "a Zoom number with more behind it": "https://zoom.us/j/91234567890x",
    "a Zoom registration": "https://zoom.us/webinar/register/91234567890",
  }),
  ...inTheLink("is a Microsoft Teams address, but names no meeting", {
    "Teams' front page": "https://teams.microsoft.com/",
    "a Teams chat": "https://teams.microsoft.com/l/chat/19:abc@unq.gbl.spaces/0",
    "a broken escape": "https://teams.microsoft.com/l/19%3Ameeting_x%40thread.v2/%zz",
  }),
];

/** Links by what is in them, all of which are told the same. */
function inTheLink(told: string, links: Record<string, string>): [string, string, string][] {
  return Object.entries(links).map(([what, link]) => [what, link, told]);
}

describe("a link that no bot may open", () => {
  for (const [what, link, told] of REFUSED) {
    it(`is refused with its own sentence: ${what}`, () => {
      const message = `The meeting's link ${told}.`;
      expect(parseMeetingUrl(link, RULES)).to.deep.equal({ ok: false, message });
    });
  }
});
