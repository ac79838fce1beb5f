import { lineProblem } from "../text.ts";
import { isAmong, isHostName, PROVIDER_HOSTS, type Provider } from "./meeting-hosts.ts";

/** A link that a bot may open, and the meeting that it leads to. */
export interface MeetingLink {
  ok: true;
  provider: Provider;
  /** Names the meeting whatever its link is decorated with; unique within a provider, case kept where it matters. */
  identity: string;
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
/** The longest name that a host can have in the DNS. */
const MAX_HOST_CHARACTERS = 253;

const PROVIDERS: Record<Provider, { label: string; identify(url: URL): string | undefined }> = {
  google: { label: "Google Meet", identify: identifyGoogle },
  microsoft: { label: "Microsoft Teams", identify: identifyMicrosoft },
  zoom: { label: "Zoom", identify: identifyZoom },
};

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
  const unreadable = lineProblem(text, MAX_URL_CHARACTERS);
  if (unreadable) return refuse(unreadable);
  const url = URL.parse(text);
  if (!url) return refuse("is not a URL");
  if (/\s/.test(text)) return refuse("contains white space");
  if (text.includes("\\")) return refuse("contains a backslash");
  const authority = /^https:\/\/([^/?#]+)/i.exec(text)?.[1];
  if (authority === undefined) return refuse("must begin with https:// and a host");
  const disguise = DISGUISES.find(([, shows]) => shows(authority, url));
  return disguise ? refuse(disguise[0]) : identify(url, rules);
}

function identify(url: URL, { allowedMeetingHosts }: LinkRules): MeetingLink | RefusedLink {
  const provider = providerOf(url.hostname);
  if (!provider) {
    return refuse(`leads to ${tell(url)}, which is not Google Meet, Microsoft Teams or Zoom`);
  }
  if (!isAmong(url.hostname, allowedMeetingHosts)) {
    const allowed = allowedMeetingHosts.join(", ");
    return refuse(`leads to ${url.hostname}, but bots are sent to ${allowed} only`);
  }
  const { label, identify } = PROVIDERS[provider];
  const identity = identify(url);
  if (identity === undefined) return refuse(`is a ${label} address, but names no meeting`);
  return { ok: true, provider, identity };
}

function providerOf(host: string): Provider | undefined {
  const providers = Object.keys(PROVIDER_HOSTS) as Provider[];
  return providers.find((provider) => isAmong(host, PROVIDER_HOSTS[provider]));
}

/** Half a password may be taken for the host when the other half, behind a slash, has the `@`. */
function tell({ href, hostname }: URL): string {
  return href.includes("@") ? "another host" : hostname;
}

function identifyGoogle({ pathname }: URL): string | undefined {
  return /\/([a-z]{3}-[a-z]{4}-[a-z]{3})(?:\/|$)/i.exec(pathname)?.[1]?.toLowerCase();
}

/** Teams puts the same route into the path or, in its web client, behind the hash. */
function identifyMicrosoft({ pathname, hash }: URL): string | undefined {
  const route = decode(pathname + hash);
  return /\/meet\/(\d+)/.exec(route)?.[1] ?? /19:meeting_[\w-]+@thread\.v2/.exec(route)?.[0];
}

function identifyZoom({ pathname }: URL): string | undefined {
  const number = /^\/(?:j|s|w|wc|wc\/join)\/(\d{9,12})(?:\/|$)/.exec(pathname)?.[1];
  return number ?? /^\/my\/[\w.-]+/.exec(pathname)?.[0].toLowerCase();
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function refuse(what: string): RefusedLink {
  return { ok: false, message: `The meeting's link ${what}.` };
}
