/** Whose meeting it is; also the first segment of the bot's join route. */
export type Provider = "google" | "microsoft" | "zoom";

/** A link that a bot may open, and the meeting that it leads to. */
export interface MeetingLink {
  ok: true;
  provider: Provider;
  /** Names the meeting whatever its link is decorated with; unique within a provider, case kept where it matters. */
  identity: string;
}

/** Why a link is refused, as a sentence for the user. */
export interface RefusedLink {
  ok: false;
  message: string;
}

const MAX_URL_CHARACTERS = 2048;
const CONTROL_CHARACTERS = /\p{Cc}/u;

const PROVIDERS: Record<
  Provider,
  { label: string; hosts: RegExp; identify(url: URL): string | undefined }
> = {
  google: { label: "Google Meet", hosts: /^meet\.google\.com$/, identify: identifyGoogle },
  microsoft: {
    label: "Microsoft Teams",
    hosts: /^teams\.(microsoft|live)\.com$/,
    identify: identifyMicrosoft,
  },
  zoom: { label: "Zoom", hosts: /^([a-z0-9-]+\.)*zoom\.(us|com)$/, identify: identifyZoom },
};

/**
 * Tells which meeting a link leads to, or why no bot may open it.
 * Decides on the parsed host, never on a substring: the link is opened by a browser inside our network.
 */
export function parseMeetingUrl(text: string): MeetingLink | RefusedLink {
  if (text.length > MAX_URL_CHARACTERS)
    return refuse(`is longer than ${MAX_URL_CHARACTERS} characters`);
  if (CONTROL_CHARACTERS.test(text)) return refuse("contains control characters");
  if (!URL.canParse(text)) return refuse("is not a URL");
  const url = new URL(text);
  if (url.protocol !== "https:") return refuse("must begin with https://");
  if (url.username || url.password) return refuse("must not contain a user name or password");
  if (url.port) return refuse("must not name a port");
  return identify(url);
}

function identify(url: URL): MeetingLink | RefusedLink {
  for (const [provider, { label, hosts, identify }] of Object.entries(PROVIDERS)) {
    if (!hosts.test(url.hostname)) continue;
    const identity = identify(url);
    if (identity === undefined) return refuse(`is a ${label} address, but names no meeting`);
    return { ok: true, provider: provider as Provider, identity };
  }
  return refuse(`leads to ${url.hostname}, which is not Google Meet, Microsoft Teams or Zoom`);
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
