import { isAmong, providerOf } from "./meeting-hosts.ts";
import { parameterOf } from "./meeting-url-query.ts";

interface Wrapper {
  hosts: readonly string[];
  path: RegExp;
  /** The parameters that may hold the link, the first one that is there. */
  parameters: readonly string[];
}

/**
 * Pages that mail programs and calendars put around a link, to check or to count it. Microsoft's are
 * those of Safe Links (Microsoft Defender for Office 365), for everybody, for the government, and in
 * the chats of Teams; Google's is what Calendar, Docs and Gmail make of a link.
 */
const WRAPPERS: readonly Wrapper[] = [
  {
    hosts: ["*.safelinks.protection.outlook.com", "*.safelinks.protection.office365.us"],
    path: /^\//,
    parameters: ["url"],
  },
  {
    hosts: ["statics.teams.cdn.office.net"],
    path: /^\/evergreen-assets\/safelinks\//,
    parameters: ["url"],
  },
  { hosts: ["www.google.com", "google.com"], path: /^\/url$/, parameters: ["q", "url"] },
];

/** The link that another is put around, as it is written there; undefined for one that wraps nothing. */
export function wrappedIn(url: URL): string | undefined {
  const wrapper = WRAPPERS.find(
    ({ hosts, path }) => isAmong(url.hostname, hosts) && path.test(url.pathname),
  );
  return wrapper?.parameters
    .map((name) => parameterOf(url, name))
    .find((link) => link !== undefined && link !== "");
}

/** Blanks that do not show, at either end: spaces of every width, the byte order mark, the zero width space. */
const BLANKS_AROUND = /^[\p{Zs}\ufeff\u200b]+|[\p{Zs}\ufeff\u200b]+$/gu;
/** A host at the beginning; a colon after it begins a port. */
const HOST_FIRST = /^([\w.-]+)(?:[:/?#]|$)/;

/**
 * A link without what comes along when people copy it: blanks and angle brackets around it (RFC 3986,
 * appendix C), `&` as HTML writes it, `http`, or no scheme at all.
 */
export function tidyLink(text: string): string {
  const alone = text
    .replace(BLANKS_AROUND, "")
    .replace(/^</, "")
    .replace(/>$/, "")
    .replace(BLANKS_AROUND, "")
    .replace(/&(amp;)+/g, "&");
  const host = HOST_FIRST.exec(alone)?.[1]?.toLowerCase();
  return host !== undefined && isExpected(host)
    ? `https://${alone}`
    : alone.replace(/^http:\/\//i, "https://");
}

/** Whether a host is one that links lead to. Any other text with a dot may be a password, and is no link. */
function isExpected(host: string): boolean {
  return providerOf(host) !== undefined || WRAPPERS.some(({ hosts }) => isAmong(host, hosts));
}
