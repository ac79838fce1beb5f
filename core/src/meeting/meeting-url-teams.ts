import type { FoundMeeting } from "./meeting-url-providers.ts";
import { decode, parameterOf } from "./meeting-url-query.ts";

const LAUNCHER = "/dl/launcher/launcher.html";
/** Where the web client is; what it shows is behind the hash. */
const CLIENT = /^\/(_|v2)?\/?$/;

/** `/meet/<digits>`, which the web client also shows below `/v2`. */
const NUMBERED = /^(?:\/v2)?\/meet\/(\d+)\/?$/;
/**
 * `/l/meetup-join/<thread>/<message>`, as Microsoft Graph documents `joinWebUrl` of an `onlineMeeting`:
 * the thread of a meeting (`19:meeting_…@thread.v2`, in the Department of Defense's cloud
 * `19:dod:meeting_…`), of a channel (`@thread.tacv2`, older `@thread.skype`), or of a chat of two
 * (`@unq.gbl.spaces`).
 */
const THREADED =
  /^\/l\/meetup-join\/(19:(?:[a-z]+:)?[\w-]+@(?:thread\.(?:v2|tacv2|skype)|unq\.gbl\.spaces))(?:\/(\d+))?\/?$/;
/** A thread that was made for one meeting. */
const OWN_THREAD = /^19:(?:[a-z]+:)?meeting_[\w-]+@thread\.v2$/;

/** What people paste that is no meeting, by the route that leads there. */
const PAGES: readonly [route: RegExp, page: string][] = [
  [/^\/l\/(chat|message)\/|^\/(conversations|chat)(\/|$)/, "a chat in Teams"],
  [/^\/l\/(channel|team)\/|^\/(school|teams)(\/|$)/, "a channel or team in Teams"],
  [/^\/l\/meeting\/|^\/(calendar|scheduling-form)/, "a calendar in Teams"],
  [/^\/meetingOptions/, "the options of a meeting in Teams"],
  [/^\/?$/, "the front page of Teams"],
];

/** The meeting that a link of Teams names by its number, or by its thread in a channel or chat. */
export function identifyMicrosoft(url: URL): FoundMeeting | undefined {
  const route = routeOf(url);
  if (!route) return undefined;
  const { search } = route;
  const path = plainPath(route);
  const number = NUMBERED.exec(path)?.[1];
  if (number !== undefined) return { id: number, path: `/meet/${number}`, search };
  const [, thread, message] = THREADED.exec(path) ?? [];
  if (thread === undefined) return undefined;
  const isOwn = OWN_THREAD.test(thread);
  // A channel has many meetings: which one it is, the message says that announced it.
  if (!isOwn && message === undefined) return undefined;
  return {
    id: isOwn ? thread : `${thread}/${message}`,
    path: `/l/meetup-join/${encodeURIComponent(thread)}/${message ?? 0}`,
    search,
  };
}

/** The page of Teams that a link without a meeting leads to, if it is one that people often paste. */
export function teamsPage(url: URL): string | undefined {
  const route = routeOf(url);
  const path = route && plainPath(route);
  return path === undefined ? undefined : PAGES.find(([known]) => known.test(path))?.[1];
}

/** The value of `context` in one spelling: it is JSON, encoded once or, by some programs, twice. */
export function plainContext(value: string): string {
  const once = decode(value);
  return encodeURIComponent(/^%7b/i.test(once) ? decode(once) : once);
}

/**
 * The link that counts: the launcher (what Teams makes of a link before it opens its own program) has
 * it in a parameter, the web client behind the hash.
 */
function routeOf(url: URL): URL | undefined {
  const isLauncher = url.pathname === LAUNCHER;
  const launched = isLauncher ? below(url, parameterOf(url, "url") ?? "/") : url;
  if (!launched || !CLIENT.test(launched.pathname)) return launched;
  const hash = launched.hash || (isLauncher ? url.hash : "");
  return hash.startsWith("#/") ? below(url, hash.slice(1)) : launched;
}

/** A route of the same host, never a way out to another. */
function below({ origin }: URL, route: string): URL | undefined {
  const url = URL.parse(route, origin);
  const isPlain = url?.origin === origin && url.username === "" && url.password === "";
  return isPlain ? url : undefined;
}

/** Teams encodes the thread once; where a program has encoded the link again, twice. */
function plainPath({ pathname }: URL): string {
  const once = decode(pathname);
  return once.includes("%") ? decode(once) : once;
}
