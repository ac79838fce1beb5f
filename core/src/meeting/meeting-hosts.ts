/** Whose meeting it is; also the first segment of the bot's join route. */
export type Provider = "google" | "microsoft" | "zoom";

/** Where each provider's meetings are: hosts, and `*.` before a host for all that are below it. */
export const PROVIDER_HOSTS: Readonly<Record<Provider, readonly string[]>> = {
  google: ["meet.google.com"],
  microsoft: ["teams.microsoft.com", "teams.live.com"],
  zoom: ["zoom.us", "*.zoom.us", "zoom.com", "*.zoom.com"],
};

/** All of them. */
export const KNOWN_HOSTS: readonly string[] = Object.values(PROVIDER_HOSTS).flat();

/** Labels of letters, digits and hyphens, at least two of them. */
const NAME = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/;

/** Whether a text is the name of a host, in lower case. */
export function isHostName(text: string): boolean {
  return NAME.test(text);
}

/** Whether a host is one of `hosts`, or below one of them that begins with `*.`. */
export function isAmong(host: string, hosts: readonly string[]): boolean {
  return hosts.some(
    (known) => host === known || (known.startsWith("*.") && host.endsWith(known.slice(1))),
  );
}

/** Whether a host, or all that are below one (`*.acme.zoom.us`), are among those of the providers. */
export function isKnownHost(pattern: string): boolean {
  return isHostName(pattern.replace(/^\*\./, "")) && isAmong(pattern, KNOWN_HOSTS);
}
