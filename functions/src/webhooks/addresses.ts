import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** What IANA gives out of IPv6 (iana.org/assignments/ipv6-address-space): ipaddr.js knows only what is special. */
const GLOBAL_UNICAST = ipaddr.IPv6.parse("2000::");
const GLOBAL_UNICAST_BITS = 3;

/** IPv4 in IPv6 without `ffff:` before it (deprecated, RFC 4291, 2.5.5.1), which ipaddr.js takes for the other kind. */
const COMPATIBLE = /^::\d+\./;

/**
 * Whether an IP address belongs to the public internet: none of the private, loopback, link-local
 * (where clouds answer for their metadata), shared, translated and reserved ones, nor a way of
 * writing one of those in IPv6. What is no address is not public.
 */
export function isPublicAddress(address: string): boolean {
  const parsed = parse(address);
  if (parsed?.range() !== "unicast") return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_UNICAST, GLOBAL_UNICAST_BITS);
}

/** Whether an IP address is this very machine. */
export function isLoopbackAddress(address: string): boolean {
  return parse(address)?.range() === "loopback";
}

function parse(address: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  return isIP(address) === 0 || COMPATIBLE.test(address) ? undefined : ipaddr.process(address);
}
