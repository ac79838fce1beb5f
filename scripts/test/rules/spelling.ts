import { membershipDocument } from "@meeting-bot/core";
import { type RulesConfig, readRulesConfig } from "../../rules/config.ts";
import { firestoreRuleset } from "../../rules/firestore-ruleset.ts";
import { renderFile } from "../../rules/marked-block.ts";

/** A configuration, with the places that it gives to documents of the organisation `acme`. */
export interface Spelling {
  config: RulesConfig;
  /** The whole file for an empty project. */
  rules: string;
  /** A collection with meetings. */
  meetings: string;
  /** What makes a user a member. */
  membership(userId: string): string;
}

/** The documents of `acme` under some variables. */
export function spellingOf(variables: Record<string, string> = {}): Spelling {
  const config = readRulesConfig(variables);
  return {
    config,
    rules: renderFile(firestoreRuleset(config)),
    meetings: config.meetingsPath.replace(/\{\w+\}/g, "acme"),
    membership: (userId) =>
      membershipDocument(config.membershipPath, { organizationId: "acme", userId }),
  };
}
