import type { RulesConfig } from "./config.ts";
import type { Ruleset } from "./marked-block.ts";
import { membership } from "./membership.ts";

/** The only database that rules of Storage can ask. */
const ASKABLE = "(default)";

const INTRODUCTION = `
// The service is bound by no rule. What is not allowed below is its alone.

// A finished recording says in its metadata whose it is; the parts of one that is made do not.`;

const RECORDINGS = `
match /{folders=**}/{recording} {
  allow get: if meetingBotMember(resource.metadata.organization);
}`;

/** Members may read the finished recordings of their organisation, one at a time, and nothing else. */
export function storageRuleset(config: RulesConfig): Ruleset {
  const documents = `/databases/${ASKABLE}/documents`;
  const exists = config.database === ASKABLE ? "firestore.exists" : undefined;
  // Metadata are text; what is not there, as with a part, is an error, which allows nothing.
  const lookup = { exists, documents, isUntyped: false } as const;
  const parts = [INTRODUCTION + membership(config, lookup), RECORDINGS];
  return {
    service: "firebase.storage",
    root: "/b/{bucket}/o",
    statements: parts.map((part) => part.trim()).join("\n\n"),
  };
}
