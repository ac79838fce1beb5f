import type { LookupAddress, LookupAllOptions } from "node:dns";
import type { LookupFunction } from "node:net";

/** Resolves a name to all its addresses, as `lookup` of `node:dns` does. */
export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** A name leads to where nothing may be sent. */
export class ForbiddenAddressError extends Error {
  override readonly name = "ForbiddenAddressError";
}

/**
 * A name resolution for a connection that must go to allowed addresses: it fails unless every one
 * that the name has is allowed. The connection is made to those very addresses, so that a name which
 * resolves to something else a moment later gains nothing. Node does not ask it for an IP address in
 * a name's place.
 */
export function checkedLookup(
  resolve: Resolve,
  isAllowed: (address: string) => boolean,
): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses = []) => {
      const [first] = addresses;
      const isSafe = addresses.every(({ address }) => isAllowed(address));
      if (!first || !isSafe) return callback(error ?? new ForbiddenAddressError(hostname), []);
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}
