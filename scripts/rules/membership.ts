import type { RulesConfig } from "./config.ts";

/** What differs between services whose rules ask for a membership. */
export interface MembershipLookup {
  /** The function that tells whether a document exists; undefined where no document can be asked for. */
  exists: "exists" | "firestore.exists" | undefined;
  /** The path that documents are below, in words of that service. */
  documents: string;
  /** Whether what names an organisation there may be something else than text. */
  isUntyped: boolean;
}

/** The function of the rules that tells whether who asks is a member of an organisation. */
export function membership(
  { organizationClaim, membershipPath }: RulesConfig,
  { exists, documents, isUntyped }: MembershipLookup,
): string {
  const path = membershipPath
    .replace("{organizationId}", "$(organization)")
    .replace("{userId}", "$(request.auth.uid)");
  const claim = `request.auth.token.get(${quote(organizationClaim)}, null) == organization`;
  const proof = exists ? `(${claim}\n      || ${exists}(${documents}/${path}))` : claim;
  const conditions = [
    ...(isUntyped ? ["organization is string"] : []),
    "organization != ''",
    proof,
  ];
  return `
function meetingBotMember(organization) {
  return ${conditions.join("\n    && ")};
}`;
}

/** A text as rules spell it. */
export function quote(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}
