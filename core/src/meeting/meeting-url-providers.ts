import type { Provider } from "./meeting-hosts.ts";
import { parameterOf, plainQuery } from "./meeting-url-query.ts";
import { identifyMicrosoft, plainContext, teamsPage } from "./meeting-url-teams.ts";

/** The meeting behind a link of its provider. */
export interface FoundMeeting {
  /** Names the meeting within its cloud. */
  id: string;
  /** Path of the plain link. */
  path: string;
  /** Query that the link was written with. */
  search: string;
}

interface ProviderLinks {
  label: string;
  /** A link that works, for those who have pasted another. */
  example: string;
  identify(url: URL): FoundMeeting | undefined;
  /** The page that a link without a meeting leads to, where people often paste it. */
  page(url: URL): string | undefined;
  /** Parameters that are of no use to who joins. */
  noise: RegExp;
  /** The parameter of a passcode, where the provider has them in links. */
  passcode?: string;
}

/** What the links of each provider look like. */
export const PROVIDERS: Readonly<Record<Provider, ProviderLinks>> = {
  google: {
    label: "Google Meet",
    example: "https://meet.google.com/abc-defg-hij",
    identify: identifyGoogle,
    page: ({ pathname }) => pageAmong(GOOGLE_PAGES, pathname),
    noise: /^(authuser|hs|pli|ijlm|adhoc)$/,
  },
  microsoft: {
    label: "Microsoft Teams",
    example: "https://teams.microsoft.com/meet/2345678901234?p=…",
    identify: identifyMicrosoft,
    page: teamsPage,
    noise:
      /^(anon|type|deeplinkId|directDl|msLaunch|enableMobilePage|suppressPrompt|launchAgent|culture|lm|meetingjoin)$/,
    passcode: "p",
  },
  zoom: {
    label: "Zoom",
    example: "https://zoom.us/j/91234567890",
    identify: identifyZoom,
    page: ({ pathname }) => pageAmong(ZOOM_PAGES, pathname),
    noise: /^(uname|un|fromPWA|_x_zm_\w+)$/,
    passcode: "pwd",
  },
};

/** The query of a meeting's plain link. */
export function plainQueryOf(provider: Provider, { search }: FoundMeeting): string {
  const isTeams = provider === "microsoft";
  return plainQuery(search, PROVIDERS[provider].noise, (name, value) =>
    isTeams && name === "context" ? plainContext(value) : undefined,
  );
}

/** Whether a link carries its meeting's passcode. */
export function hasPasscode(provider: Provider, found: FoundMeeting): boolean {
  const { passcode } = PROVIDERS[provider];
  return passcode !== undefined && Boolean(parameterOf(found, passcode));
}

/** Pages that people take for a meeting, as what the link leads to. */
type Pages = readonly [path: RegExp, page: string][];

const GOOGLE_PAGES: Pages = [
  [/^\/(landing|home)?\/?$/, "the front page of Google Meet"],
  [/^\/new\/?$/, "the page that begins a new meeting"],
];

const ZOOM_PAGES: Pages = [
  [/^\/rec(ording)?\//, "a recording on Zoom"],
  [/^\/(webinar|meeting)\/(\w+\/)?register\//, "a registration on Zoom"],
  [/^\/(profile|myhome|home|signin|meetings?)(\/|$)/, "somebody's own pages on Zoom"],
  [/^\/(calendar|schedule)/, "a calendar on Zoom"],
  [/^\/(join\/?)?$/, "the front page of Zoom"],
];

function pageAmong(pages: Pages, path: string): string | undefined {
  return pages.find(([known]) => known.test(path))?.[1];
}

/**
 * A code of ten letters, also as Meet itself shows it behind `_meet`; or a nickname of an organisation
 * of Google Workspace, which is not case sensitive and which its members alone can look up: two
 * organisations may use one, but never share a bot.
 */
function identifyGoogle({ pathname, search }: URL): FoundMeeting | undefined {
  const coded = /^\/(lookup\/)?(?:_meet\/)?([a-z]{3}-[a-z]{4}-[a-z]{3})\/?$/i.exec(pathname);
  if (coded?.[2]) {
    const id = coded[2].toLowerCase();
    return { id, path: `/${coded[1] ?? ""}${id}`, search };
  }
  const nickname = /^\/lookup\/([\w-]{1,60})\/?$/.exec(pathname)?.[1]?.toLowerCase();
  if (nickname === undefined) return undefined;
  return { id: `lookup/${nickname}`, path: `/lookup/${nickname}`, search };
}

/** `/s/` is the host's own link, which asks who opens it to sign in: who joins takes `/j/`. */
function identifyZoom({ pathname, search }: URL): FoundMeeting | undefined {
  const [, route, id] = /^\/(j|s|w|wc|wc\/join)\/(\d{9,12})(?:\/|$)/.exec(pathname) ?? [];
  if (route !== undefined && id !== undefined) {
    const ways: Record<string, string> = { s: `/j/${id}`, wc: `/wc/${id}/join` };
    return { id, path: ways[route] ?? `/${route}/${id}`, search };
  }
  const room = /^\/my\/([\w.-]+)(?:\/|$)/.exec(pathname)?.[1];
  return room === undefined
    ? undefined
    : { id: `/my/${room}`.toLowerCase(), path: `/my/${room}`, search };
}
