import fc, { type Arbitrary } from "fast-check";
import { hostileTexts, SECRET } from "./texts.ts";

const digits = (min: number, max: number) => fc.stringMatching(new RegExp(`^\\d{${min},${max}}$`));
const label = fc.stringMatching(/^[a-z0-9]{1,12}$/);

const meetPath = fc.oneof(
  fc.stringMatching(/^\/[a-z]{3}-[a-z]{4}-[a-z]{3}$/),
  fc.stringMatching(/^\/lookup\/[\w-]{1,60}$/),
);
const zoomPath = fc
  .tuple(fc.constantFrom("j", "s", "w", "wc", "wc/join"), digits(9, 12))
  .map(([route, number]) => `/${route}/${number}`);
const teamsPath = fc.oneof(
  digits(9, 14).map((number) => `/meet/${number}`),
  fc.stringMatching(/^\/l\/meetup-join\/19:meeting_[\w-]{10,40}@thread\.v2\/0$/),
  fc.stringMatching(/^\/l\/meetup-join\/19%3a[\w-]{10,40}%40thread\.tacv2\/\d{13}$/),
  fc.stringMatching(/^\/_#\/l\/meetup-join\/19:meeting_[\w-]{10,40}@thread\.v2\/0$/),
  digits(9, 14).map((number) => `/dl/launcher/launcher.html?url=%2F_%23%2Fmeet%2F${number}`),
);
const meetHost = fc.constant("meet.google.com");
const zoomHost = fc.oneof(
  fc.constantFrom("zoom.us", "zoom.com", "us02web.zoom.us", "agency.zoomgov.com"),
  label.map((customer) => `${customer}.zoom.us`),
);
const teamsHost = fc.constantFrom(
  "teams.microsoft.com",
  "teams.live.com",
  "teams.cloud.microsoft",
  "gov.teams.microsoft.us",
  "dod.teams.microsoft.us",
);
const decoration = fc.constantFrom("", "/", "?authuser=0", `?pwd=${SECRET}`, `?tk=${SECRET}#main`);

/** Links that bots may be sent to. */
export const meetingUrls: Arbitrary<string> = fc
  .oneof(
    fc.tuple(meetHost, meetPath, decoration),
    fc.tuple(zoomHost, zoomPath, decoration),
    fc.tuple(teamsHost, teamsPath, decoration),
  )
  .map(([host, path, decorated]) => `https://${host}${path}${decorated}`);

/** Hosts of which none is a provider's, however alike it looks. */
const foreignHosts = fc.oneof(
  fc.constantFrom(
    "evil.com",
    "meet.google.com.evil.com",
    "evilzoom.us",
    "zoom.us.evil.com",
    "www.google.com",
    "localhost",
    "metadata.google.internal",
    "169.254.169.254",
    "2130706433",
    "0x7f.1",
    "[::ffff:169.254.169.254]",
    "xn--mt-1kca.google.com",
    "mееt.google.com",
    "ｍeet.google.com",
    "meet。google.com",
    "meet%2egoogle.com",
    "meet.google.com.",
    ".zoom.us",
    "a..zoom.us",
    "a_b.zoom.us",
    "",
  ),
  fc.domain(),
  fc.ipV4Extended(),
  fc.ipV6().map((address) => `[${address}]`),
);

/** Links that are put together of good and bad parts. */
const composed = fc
  .tuple(
    mostlyFirst("https://", "http://", "https:", "https:/", "https:///", "HTTPS://", "ftp://"),
    mostlyFirst("", `${SECRET}@`, `me:${SECRET}@`, `:${SECRET}@`, "@", ":@"),
    fc.oneof(meetHost, zoomHost, teamsHost, foreignHosts),
    mostlyFirst("", ":", ":443", ":0443", ":80", ":8443", ":99999"),
    fc.oneof(meetPath, zoomPath, teamsPath, fc.constant(`/${SECRET}`)),
    decoration,
  )
  .map((parts) => parts.join(""));

/** What is put somewhere into a link: whatever parsers mend, take out, or read in two ways. */
const intruder = fc.constantFrom(
  ..."\0\t\n\r \\@/?#:.%[]\u00a0\u00ad\u2028\u202e\u2060\u2066\ufeff\ud800。．ａ",
  "%2f",
  "%40",
  "%00",
  "..",
  "//",
);

const mutated = fc
  .tuple(fc.oneof(meetingUrls, composed), fc.nat(), intruder)
  .map(([link, position, text]) => {
    const at = position % (link.length + 1);
    return link.slice(0, at) + text + link.slice(at);
  });

/** Links whose hosts a parser would make those of meetings. */
const disguised = fc
  .tuple(
    meetingUrls,
    fc.constantFrom("%2e", "。", "．", "\u00ad.", "\u2060."),
    fc.constantFrom(0, 1),
  )
  .map(([link, dot, skipped]) => {
    const at = link.indexOf(".", skipped && link.indexOf(".") + 1);
    return link.slice(0, at) + dot + link.slice(at + 1);
  });

/** Links that are too long, by a little or by a lot. */
const long = fc
  .tuple(meetingUrls, fc.constantFrom("?", "/", "#", "."), fc.integer({ min: 1900, max: 50_000 }))
  .map(([link, separator, length]) => link + separator + "x".repeat(length));

const other = fc.constantFrom(
  "javascript:location='https://meet.google.com/abc-defg-hij'",
  "data:text/html,meet.google.com/abc-defg-hij",
  "file:///etc/passwd",
  "view-source:https://meet.google.com/abc-defg-hij",
  "//meet.google.com/abc-defg-hij",
  "https:\\\\meet.google.com\\abc-defg-hij",
);

/** Links of every kind: good ones, look-alikes, broken ones, and texts that are none. */
export const hostileUrls: Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: meetingUrls },
  { weight: 5, arbitrary: composed },
  { weight: 5, arbitrary: mutated },
  { weight: 1, arbitrary: disguised },
  { weight: 1, arbitrary: fc.webUrl({ withQueryParameters: true, withFragments: true }) },
  { weight: 1, arbitrary: long },
  { weight: 1, arbitrary: other },
  { weight: 1, arbitrary: hostileTexts },
);

function mostlyFirst(first: string, ...others: string[]): Arbitrary<string> {
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant(first) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
}
