import type { Ruleset } from "./marked-block.ts";

/** Recordings are for no client: whoever may have one gets a signed URL, which no rule binds. */
export const storageRuleset: Ruleset = {
  service: "firebase.storage",
  root: "/b/{bucket}/o",
  statements: `
// An object says nothing of its organisation that a rule could prove: recordings are handed out
// by signed URLs, which no rule binds, and in no second way.
match /{object=**} {
  allow read, write: if false;
}
`,
};
