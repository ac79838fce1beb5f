import type { RulesTestContext, RulesTestEnvironment } from "@firebase/rules-unit-testing";

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

/** What every caller has of a service: each a connection of their own. `claim` names the organisation's claim. */
export function servicesOf<Service>(
  environment: RulesTestEnvironment,
  claim: string,
  open: (context: RulesTestContext) => Service,
): Readonly<Record<Caller, Service>> {
  const signedIn = (userId: string, value?: unknown) =>
    open(environment.authenticatedContext(userId, value === undefined ? {} : { [claim]: value }));
  return {
    member: signedIn("ann", "acme"),
    "member by document": signedIn("bea"),
    "other's member": signedIn("otto", "umbrella"),
    stranger: signedIn("sam"),
    visitor: open(environment.unauthenticatedContext()),
    "one whose claim is empty": signedIn("eve", ""),
    "one whose claim is null": signedIn("nat", null),
  };
}
