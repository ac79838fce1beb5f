import { isIP } from "node:net";
import { isLoopbackAddress, isPublicAddress } from "./addresses.ts";

/** An endpoint's URL that may be posted to, or what speaks against it, as a sentence without the URL. */
export type CheckedUrl = { ok: true; url: URL } | { ok: false; problem: string };

const MAX_URL_CHARACTERS = 2048;

/** Why nothing is sent: which address it is would tell about the network that the functions are in. */
export const NOT_PUBLIC = "The host's address is not a public one.";

/**
 * Checks what can be known of an endpoint's URL without resolving its name: it is `https`, has no
 * user name or password, and an address in the name's place is public. `allowLocal` allows `http`
 * and this machine too.
 */
export function checkEndpointUrl(text: string, allowLocal: boolean): CheckedUrl {
  const url = text.length <= MAX_URL_CHARACTERS ? URL.parse(text) : null;
  if (!url) return refuse(`It must be a URL of at most ${MAX_URL_CHARACTERS} characters.`);
  const isSecure = url.protocol === "https:" || (allowLocal && url.protocol === "http:");
  if (!isSecure) return refuse("It must begin with https://.");
  if (url.username || url.password) return refuse("It must have no user name and no password.");
  const literal = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (isIP(literal) !== 0 && !mayReach(literal, allowLocal)) return refuse(NOT_PUBLIC);
  return { ok: true, url };
}

/** Whether something may be sent to an IP address. */
export function mayReach(address: string, allowLocal: boolean): boolean {
  return isPublicAddress(address) || (allowLocal && isLoopbackAddress(address));
}

function refuse(problem: string): CheckedUrl {
  return { ok: false, problem };
}
