import { lineProblem } from "../text.ts";
import {
  isAmong,
  isHostName,
  type Provider,
  providerOf,
  separateCloudOf,
} from "./meeting-hosts.ts";
import { hasPasscode, PROVIDERS, plainQueryOf } from "./meeting-url-providers.ts";
import { tidyLink, wrappedIn } from "./meeting-url-wrappers.ts";

/** A link that a bot may open, and the meeting that it leads to. */
export interface MeetingLink {
  ok: true;
  provider: Provider;
  /**
   * Names the meeting whatever its link is decorated with; unique within a provider, case kept where it
   * matters. Locks are named after it: that of a link which was ever accepted never changes.
   */
  identity: string;
  /**
   * The plain link for the bot: https, unwrapped, without what tracks people, with all that lets one in.
   * Two links that differ in nothing else have one; to read it again gives the same meeting.
   */
  url: string;
  /** Whether the link carries the meeting's passcode. */
  passcode: boolean;
}

/** Why a link is refused, as a sentence for the user. Never contains its path, query or credentials. */
export interface RefusedLink {
  ok: false;
  message: string;
}

/** Where bots may be sent. */
export interface LinkRules {
  /** Hosts of the providers, or `*.` before one for all that are below it. */
  allowedMeetingHosts: readonly string[];
}

/** The longest link of a meeting. */
export const MAX_URL_CHARACTERS = 2048;
const TOO_LONG = `is longer than ${MAX_URL_CHARACTERS} characters`;
/** The longest name that a host can have in the DNS. */
const MAX_HOST_CHARACTERS = 253;

/** Hosts of calendars, where people copy the address of an event instead of its meeting's. */
const CALENDARS = [
  "calendar.google.com",
  "calendar.app.google",
  "outlook.live.com",
  "outlook.office.com",
  "outlook.office365.com",
  "outlook.cloud.microsoft",
];

/**
 * What a parser would mend or take off, so that two programs could read two hosts in one link. The
 * authority is what is written between `https://` and the path.
 */
const DISGUISES: readonly [problem: string, shows: (authority: string, url: URL) => boolean][] = [
  ["must not contain a user name or password", (authority) => authority.includes("@")],
  ["has a host with a percent sign", (authority) => authority.includes("%")],
  [
    "has a host with letters beyond ASCII, which can look like another",
    (authority, { hostname }) => !/^[!-~]*$/.test(authority) || /(^|\.)xn--/.test(hostname),
  ],
  [
    "names a machine by its address",
    (_, { hostname }) => hostname.startsWith("[") || /^[\d.]+$/.test(hostname),
  ],
  ["must not name a port", (_, { port }) => port !== ""],
  ["has a host with a dot at its end", (_, { hostname }) => hostname.endsWith(".")],
  [
    `has a host of more than ${MAX_HOST_CHARACTERS} characters`,
    (_, { hostname }) => hostname.length > MAX_HOST_CHARACTERS,
  ],
  [
    "has no full name of a host, such as meet.google.com",
    (_, { hostname }) => !isHostName(hostname),
  ],
];

/**
 * Tells which meeting a link leads to, or why no bot may open it.
 * Decides on the parsed host, never on a substring: the link is opened by a browser inside our network.
 */
export function parseMeetingUrl(text: string, rules: LinkRules): MeetingLink | RefusedLink {
  const outer = readLink(text);
  if (!outer.ok) return outer;
  const wrapped = wrappedIn(outer.url);
  if (wrapped === undefined) return identify(outer.url, rules);
  const inner = readLink(wrapped);
  if (!inner.ok) return inner;
  return wrappedIn(inner.url) === undefined
    ? identify(inner.url, rules)
    : refuse("is wrapped more than once: paste the meeting's own link");
}

/** A link whose host every program reads alike, as it is judged and given to the bot. */
function readLink(text: string): { ok: true; url: URL } | RefusedLink {
  const unreadable = lineProblem(text, MAX_URL_CHARACTERS);
  if (unreadable) return refuse(unreadable);
  const link = tidyLink(text);
  if (/[<>]/.test(link)) return refuse("contains an angle bracket: paste the link alone");
  const url = URL.parse(link);
  if (!url) return refuse(`is not a URL: paste one such as ${PROVIDERS.google.example}`);
  if (/\s/.test(link)) return refuse("contains white space: paste the link alone");
  if (link.includes("\\")) return refuse("contains a backslash");
  const authority = /^https:\/\/([^/?#]+)/i.exec(link)?.[1];
  if (authority === undefined) return refuse("must begin with https:// and a host");
  const disguise = DISGUISES.find(([, shows]) => shows(authority, url));
  return disguise ? refuse(disguise[0]) : { ok: true, url };
}

function identify(url: URL, { allowedMeetingHosts }: LinkRules): MeetingLink | RefusedLink {
  const { hostname } = url;
  const provider = providerOf(hostname);
  if (!provider) return refuse(foreign(hostname));
  if (!isAmong(hostname, allowedMeetingHosts)) {
    const allowed = allowedMeetingHosts.join(", ");
    return refuse(`leads to ${hostname}, but bots are sent to ${allowed} only`);
  }
  const found = PROVIDERS[provider].identify(url);
  if (!found) return refuse(meetingless(provider, url));
  const cloud = separateCloudOf(hostname);
  const plain = `https://${hostname}${found.path}${plainQueryOf(provider, found)}`;
  // Escapes may make it longer than what was pasted.
  if (plain.length > MAX_URL_CHARACTERS) return refuse(TOO_LONG);
  return {
    ok: true,
    provider,
    identity: cloud === undefined ? found.id : `${cloud}:${found.id}`,
    url: plain,
    passcode: hasPasscode(provider, found),
  };
}

function foreign(host: string): string {
  if (CALENDARS.includes(host)) {
    return `leads to ${host}, a calendar: open the event, and paste its meeting's link`;
  }
  return `leads to ${host}, which is not Google Meet, Microsoft Teams or Zoom`;
}

function meetingless(provider: Provider, url: URL): string {
  const { label, example, page } = PROVIDERS[provider];
  const leads = page(url);
  const what = leads ? `leads to ${leads}` : `is a ${label} address`;
  return `${what}, but names no meeting: paste the invitation's link, such as ${example}`;
}

function refuse(what: string): RefusedLink {
  return { ok: false, message: `The meeting's link ${what}.` };
}
