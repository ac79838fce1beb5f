/** Who asks: members by either way, and everybody who is none. */
export const CALLERS = [
  "member",
  "member by document",
  "other's member",
  "stranger",
  "visitor",
  "one whose claim is empty",
  "one whose claim is null",
] as const;
export type Caller = (typeof CALLERS)[number];

/** Whom a caller has signed in as, and the claims of the token besides. */
export interface User {
  id: string;
  claims: Readonly<Record<string, unknown>>;
}

/** What every caller has of a service: each a connection of their own. `claim` names the organisation's claim. */
export function servicesOf<Service>(
  claim: string,
  open: (user: User | undefined) => Service,
): Readonly<Record<Caller, Service>> {
  const signedIn = (id: string, value?: unknown) =>
    open({ id, claims: value === undefined ? {} : { [claim]: value } });
  return {
    member: signedIn("ann", "acme"),
    "member by document": signedIn("bea"),
    "other's member": signedIn("otto", "umbrella"),
    stranger: signedIn("sam"),
    visitor: open(undefined),
    "one whose claim is empty": signedIn("eve", ""),
    "one whose claim is null": signedIn("nat", null),
  };
}
