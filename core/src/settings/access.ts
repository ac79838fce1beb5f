import { pattern } from "./setting.ts";

/** The variables that say whom a user acts for; the API and the Firestore rules go by the same. */
export const accessSettings = {
  organizationClaim: pattern("ORGANIZATION_CLAIM", {
    description: "The custom claim of an ID token that names its user's organisation.",
    fallback: "organization_id",
    form: /^[^\s'"\\\p{Cc}]+$/u,
    allowed: "a claim's name, without white space, quotation marks and backslashes",
  }),
  membershipPath: pattern("MEMBERSHIP_PATH", {
    description: "The document that makes a user a member of an organisation when it is there.",
    fallback: "organizations/{organizationId}/members/{userId}",
    form: /^(?=[^{]*\{(?:organizationId\}[^{]*\{userId|userId\}[^{]*\{organizationId)\}[^{]*$)[^/]+\/[^/]+(?:\/[^/]+\/[^/]+)*$/,
    allowed:
      "a document's path with {organizationId} and {userId}, such as organizations/{organizationId}/members/{userId}",
  }),
};

/** Whose membership is asked for. */
export interface Membership {
  organizationId: string;
  userId: string;
}

/** The document that a membership stands in; both ids must be ones that a document can have. */
export function membershipDocument(template: string, membership: Membership): string {
  // In one go: what an id says is not a placeholder.
  return template.replaceAll(
    /\{(organizationId|userId)\}/g,
    (_, name: keyof Membership) => membership[name],
  );
}
