import { expect } from "chai";
import { parseMeetingUrl } from "../../src/meeting/meeting-url.ts";
import { RULES } from "../support/instances.ts";

const LONGER = "is longer than 2048 characters";
const NO_URL = "is not a URL: paste one such as https://meet.google.com/abc-defg-hij";
const EXAMPLES = {
  Meet: "https://meet.google.com/abc-defg-hij",
  Teams: "https://teams.microsoft.com/meet/2345678901234?p=…",
  Zoom: "https://zoom.us/j/91234567890",
};
const SAFE = "https://eur01.safelinks.protection.outlook.com/?url=";
const LAUNCHER = "https://teams.microsoft.com/dl/launcher/launcher.html?url=";
const WRAPPED_TWICE = "is wrapped more than once: paste the meeting's own link";

/** Links that no bot may open, and what the user is told: the end of a sentence about the link. */
const REFUSED: [what: string, link: string, told: string][] = [
  ["nothing", "", NO_URL],
  ["words", "tomorrow at nine", NO_URL],
  ["a code alone", "abc-defg-hij", NO_URL],
  ["a link without a scheme, with a user name", "me@zoom.us/j/91234567890", NO_URL],
  ["another site without a scheme", "example.com/abc-defg-hij", NO_URL],
  ["a password with a dot", "s3cret.hunter2", NO_URL],
  ["a link without a scheme but its slashes", "//meet.google.com/abc-defg-hij", NO_URL],
  ["an empty frame", "<>", NO_URL],
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
  ...inTheLink("contains white space: paste the link alone", {
    "a space in the path": "https://meet.google.com/abc-defg-hij /x",
    "a space that does not break": "https://meet.google.com/abc-defg-hij?\u00a0x",
    "a byte order mark": "https://meet.google.com/abc-defg-hij?\ufeffx",
    "words behind it": "https://meet.google.com/abc-defg-hij at nine",
  }),
  ...inTheLink("contains an angle bracket: paste the link alone", {
    "a link behind its text": "meet.google.com<https://meet.google.com/abc-defg-hij>",
    "two frames": "<<https://meet.google.com/abc-defg-hij>>",
    "a bracket in the passcode": "https://zoom.us/j/91234567890?pwd=a>b",
  }),
  ...inTheLink("contains a backslash", {
    "backslashes for slashes": "https:\\\\meet.google.com\\abc-defg-hij",
    "a backslash before an at sign": "https://evil.com\\@meet.google.com/abc-defg-hij",
    "a backslash in the path": "https://meet.google.com/abc-defg-hij/\\..",
  }),
  ...inTheLink("must begin with https:// and a host", {
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
    "the port of plain http in a link without a scheme": "meet.google.com:80/abc-defg-hij",
    "a port behind http": "http://meet.google.com:80/abc-defg-hij",
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
    "an at sign in the path": ["medium.com", "https://medium.com/@ada/abc-defg-hij"],
    "an at sign in the query": ["evil.com", "https://evil.com/?to=ada@zoom.us"],
    "another site in a wrapper": ["evil.com", `${SAFE}https%3A%2F%2Fevil.com%2Fabc-defg-hij`],
    "another site in Google's wrapper": [
      "evil.com",
      "https://www.google.com/url?q=https://evil.com/",
    ],
    "a wrapper around nothing": ["eur01.safelinks.protection.outlook.com", SAFE],
    "a look-alike of a wrapper": [
      "safelinks.protection.outlook.com.evil.com",
      "https://safelinks.protection.outlook.com.evil.com/?url=https%3A%2F%2Fzoom.us%2Fj%2F91234567890",
    ],
    "a way out in the launcher": [
      "evil.com",
      "https://evil.com/dl/launcher/launcher.html?url=/meet/1",
    ],
    "half a password for the host": ["pass.wo", "https://pass.wo/rd@zoom.us/j/91234567890"],
    "the metadata server by name": [
      "metadata.google.internal",
      "https://metadata.google.internal/",
    ],
  }).map(([what, [host = "", link = ""]]): [string, string, string] => [
    what,
    link,
    `leads to ${host}, which is not Google Meet, Microsoft Teams or Zoom`,
  ]),
  ...inTheLink(
    "leads to calendar.google.com, a calendar: open the event, and paste its meeting's link",
    {
      "an event of Google Calendar": "https://calendar.google.com/calendar/event?eid=x",
    },
  ),
  ...inTheLink(WRAPPED_TWICE, {
    "a wrapper in a wrapper":
      SAFE + encodeURIComponent(`${SAFE}https%3A%2F%2Fzoom.us%2Fj%2F91234567890`),
    "Google's wrapper in Microsoft's": `${SAFE}${encodeURIComponent("https://www.google.com/url?q=https://zoom.us/j/91234567890")}`,
  }),
  ...Object.entries({
    "must not name a port": "https://zoom.us:8443/j/91234567890",
    "must not contain a user name or password": "https://me:secret@zoom.us/j/91234567890",
    "contains control characters": "https://zoom.us/j/\n91234567890",
    "contains a backslash": "https://evil.com\\@zoom.us/j/91234567890",
    "must begin with https:// and a host": "javascript:alert(1)",
    "names a machine by its address": "https://169.254.169.254/j/91234567890",
  }).map(([told, link]): [string, string, string] => [
    `in a wrapper, one that ${told}`,
    SAFE + encodeURIComponent(link),
    told,
  ]),
  ...inTheLink(noMeeting("Google Meet", "Meet"), {
    "Meet's way to other sites": "https://meet.google.com/linkredirect?dest=https://evil.com/",
    "Meet's way to other sites, with a code":
      "https://meet.google.com/linkredirect/abc-defg-hij?dest=http://10.0.0.1/",
    "a Meet code below something": "https://meet.google.com/anything/abc-defg-hij",
    "a Meet code with something below it": "https://meet.google.com/abc-defg-hij/x",
    "a Meet code that is too long": "https://meet.google.com/abc-defg-hijk",
    "a nickname below something": "https://meet.google.com/x/lookup/team",
    "a nickname that is a path": "https://meet.google.com/lookup/team/x",
  }),
  ...inTheLink(noMeeting("Zoom", "Zoom"), {
    "a Zoom number that is too short": "https://zoom.us/j/12345678",
    "a Zoom number that is too long": "https://zoom.us/j/1234567890123",
    "a Zoom number with more behind it": "https://zoom.us/j/91234567890x",
    "a Zoom number below something": "https://zoom.us/x/j/91234567890",
    "a personal room with more behind it": "https://zoom.us/my/ada%2f..",
  }),
  ...inTheLink(noMeeting("Microsoft Teams", "Teams"), {
    "a broken escape": "https://teams.microsoft.com/l/19%3Ameeting_x%40thread.v2/%zz",
    "a thread in the query":
      "https://teams.microsoft.com/redir?u=http://10.0.0.1/#/19:meeting_x@thread.v2",
    "a thread below something":
      "https://teams.microsoft.com/x/l/meetup-join/19:meeting_x@thread.v2/0",
    "a thread with more behind it":
      "https://teams.microsoft.com/l/meetup-join/19:meeting_x@thread.v2.evil/0",
    "a channel without its message": "https://teams.microsoft.com/l/meetup-join/19:ab@thread.tacv2",
    "a number with more behind it": "https://teams.microsoft.com/meet/9345678901234x",
    "a way out behind the hash": "https://teams.microsoft.com/_#//evil.com/meet/9345678901234",
    "a way out in the launcher": `${LAUNCHER}%2F%2Fevil.com%2Fmeet%2F9345678901234`,
    "a disguised way out in the launcher": `${LAUNCHER}%2F%09%2Fevil.com%2Fmeet%2F9345678901234`,
    "a backslash in the launcher": `${LAUNCHER}%2F%5Cevil.com%2Fmeet%2F9345678901234`,
    "credentials in the launcher": `${LAUNCHER}%2F%2Fme%3Asecret%40teams.microsoft.com%2Fmeet%2F9345678901234`,
    "a launcher in a launcher": `${LAUNCHER}${encodeURIComponent("/dl/launcher/launcher.html?url=/meet/9345678901234")}`,
  }),
  ...pages("Meet", {
    "the front page of Google Meet": [
      "https://meet.google.com/",
      "https://meet.google.com",
      "https://meet.google.com/?x=/abc-defg-hij",
    ],
    "the page that begins a new meeting": ["https://meet.google.com/new"],
  }),
  ...pages("Zoom", {
    "a recording on Zoom": ["https://zoom.us/rec/share/secret", "https://acme.zoom.us/rec/play/x"],
    "a registration on Zoom": [
      "https://zoom.us/webinar/register/91234567890",
      "https://us02web.zoom.us/meeting/register/tZ0sc",
    ],
    "somebody's own pages on Zoom": [
      "https://zoom.us/profile",
      "https://zoom.us/meeting/91234567890",
    ],
    "a calendar on Zoom": ["https://zoom.us/calendar"],
    "the front page of Zoom": ["https://zoom.us/", "https://zoom.us/join"],
  }),
  ...pages("Teams", {
    "a chat in Teams": [
      "https://teams.microsoft.com/l/chat/19:abc@unq.gbl.spaces/0",
      "https://teams.microsoft.com/l/chat/19:meeting_x@thread.v2/0",
      "https://teams.microsoft.com/_#/conversations/19:meeting_x@thread.v2?ctx=chat",
      "https://teams.microsoft.com/l/message/19:ab@thread.tacv2/1582550743118",
      `${LAUNCHER}%2F_%23%2Fl%2Fmessage%2F19%3Ameeting_x%40thread.v2%2F1700223757067`,
    ],
    "a channel or team in Teams": [
      "https://teams.microsoft.com/l/channel/19%3aab%40thread.tacv2/General?groupId=x",
      "https://teams.microsoft.com/l/team/19%3aab%40thread.tacv2/conversations",
    ],
    "a calendar in Teams": [
      "https://teams.microsoft.com/_#/calendarv2",
      "https://teams.microsoft.com/l/meeting/new?subject=x",
    ],
    "the options of a meeting in Teams": [
      "https://teams.microsoft.com/meetingOptions/?threadId=19_meeting_x@thread.v2",
    ],
    "the front page of Teams": ["https://teams.microsoft.com/"],
  }),
];

function noMeeting(label: string, provider: keyof typeof EXAMPLES): string {
  return `is a ${label} address, but names no meeting: paste the invitation's link, such as ${EXAMPLES[provider]}`;
}

/** Links by the page that they lead to, which is no meeting. */
function pages(
  provider: keyof typeof EXAMPLES,
  links: Record<string, string[]>,
): [string, string, string][] {
  const instead = `but names no meeting: paste the invitation's link, such as ${EXAMPLES[provider]}`;
  return Object.entries(links).flatMap(([page, them]) =>
    them.map((link): [string, string, string] => [link, link, `leads to ${page}, ${instead}`]),
  );
}

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
