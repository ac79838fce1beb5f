import { expect } from "chai";
import { readRulesConfig } from "../../rules/config.ts";

describe("what the rules are written for", () => {
  const refused: Record<string, [Record<string, string>, RegExp]> = {
    "meetings in a collection of ours": [
      { MEETINGS_COLLECTION_PATH: "bot_instances" },
      /MEETINGS_COLLECTION_PATH is "bot_instances", but what begins with bot_/,
    ],
    "meetings below a collection of ours": [
      { MEETINGS_COLLECTION_PATH: "bot_instances/{id}/meetings" },
      /but what begins with bot_/,
    ],
    "a collection that rules cannot spell": [
      { MEETINGS_COLLECTION_PATH: "réunions" },
      /MEETINGS_COLLECTION_PATH is "réunions", but rules/,
    ],
    "memberships that rules cannot spell": [
      { MEMBERSHIP_PATH: "org's/{organizationId}/members/{userId}" },
      /MEMBERSHIP_PATH is ".*", but rules/,
    ],
    "names that cannot be told apart": [{ MEETING_STATUS_FIELD: "bot_instance_id" }, /must differ/],
    "a path for a collection group": [
      { MEETINGS_COLLECTION_PATH: "a/{b}/c", MEETINGS_QUERY_MODE: "collection_group" },
      /collection's id/,
    ],
  };
  for (const [what, [variables, why]] of Object.entries(refused)) {
    it(`cannot be ${what}`, () => {
      expect(() => readRulesConfig(variables)).to.throw(why);
    });
  }
});
