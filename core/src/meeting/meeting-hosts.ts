/** Whose meeting it is; also the first segment of the bot's join route. */
export type Provider = "google" | "microsoft" | "zoom";

/**
 * Where each provider's meetings are: hosts, and `*.` before a host for all that are below it. Those of
 * the United States' government are in Microsoft's list of Office 365 endpoints (GCC High, DoD) and in
 * Zoom's of Zoom for Government.
 */
export const PROVIDER_HOSTS: Readonly<Record<Provider, readonly string[]>> = {
  google: ["meet.google.com"],
  microsoft: [
    "teams.microsoft.com",
    "teams.live.com",
    "teams.cloud.microsoft",
    "gov.teams.microsoft.us",
    "dod.teams.microsoft.us",
  ],
  zoom: ["zoom.us", "*.zoom.us", "zoom.com", "*.zoom.com", "zoomgov.com", "*.zoomgov.com"],
};

/** All of them. */
export const KNOWN_HOSTS: readonly string[] = Object.values(PROVIDER_HOSTS).flat();

/** Clouds that number their meetings apart from everybody else's, and their hosts. */
const SEPARATE_CLOUDS: Readonly<Record<string, readonly string[]>> = {
  "gov.teams.microsoft.us": ["gov.teams.microsoft.us"],
  "dod.teams.microsoft.us": ["dod.teams.microsoft.us"],
  "zoomgov.com": ["zoomgov.com", "*.zoomgov.com"],
};

/** The cloud that a provider's host belongs to, where it is not the one for everybody. */
export function separateCloudOf(host: string): string | undefined {
  return Object.keys(SEPARATE_CLOUDS).find((cloud) => isAmong(host, SEPARATE_CLOUDS[cloud] ?? []));
}

/** The provider that a host belongs to. */
export function providerOf(host: string): Provider | undefined {
  const providers = Object.keys(PROVIDER_HOSTS) as Provider[];
  return providers.find((provider) => isAmong(host, PROVIDER_HOSTS[provider]));
}

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
