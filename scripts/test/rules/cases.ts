import { meetingWith } from "./meeting-fields.ts";
import type { Row } from "./row.ts";
import { type Spelling, spellingOf } from "./spelling.ts";
import { create, may, mayNot, read, tableOf } from "./table.ts";

/** A configuration, and the table of who may do what under it. */
export interface Case {
  title: string;
  /** A word of its own for the ids of projects. */
  name: string;
  spelling: Spelling;
  rows: Row[];
}

const USUAL = spellingOf();
const RENAMED = spellingOf({
  ORGANIZATION_CLAIM: "https://example.com/organization",
  MEMBERSHIP_PATH: "people/{userId}/memberships/{organizationId}",
  MEETINGS_COLLECTION_PATH: "tenants/{organizationId}/rooms/{room}/calls",
  MEETING_BOT_INSTANCE_FIELD: "bot-instance",
  MEETING_STATUS_FIELD: "état",
});
const ANYWHERE = spellingOf({ MEETINGS_QUERY_MODE: "collection_group" });

const inGroup: Row["ask"] = (database) =>
  database.collectionGroup("meetings").where("creator_organization_id", "==", "acme").get();

/** The same table for every way to spell it, and what is particular to each. */
export const CASES: readonly Case[] = [
  {
    title: "with the defaults",
    name: "usual",
    spelling: USUAL,
    rows: [
      ...tableOf(USUAL),
      mayNot("member", "create a meeting elsewhere", create("rooms/1/meetings", meetingWith({}))),
      mayNot("member", "list meetings anywhere", inGroup),
    ],
  },
  {
    title: "with everything renamed",
    name: "renamed",
    spelling: RENAMED,
    rows: [
      ...tableOf(RENAMED),
      may(
        "member",
        "use names that have become free",
        create(RENAMED.meetings, meetingWith({ bot_instance_id: "mine", status: 7 })),
      ),
      mayNot(
        "member",
        "create a meeting in another organisation's place",
        create("tenants/umbrella/rooms/1/calls", meetingWith({})),
      ),
      mayNot("member", "create a meeting in the usual place", create("meetings", meetingWith({}))),
    ],
  },
  {
    title: "with meetings anywhere",
    name: "anywhere",
    spelling: ANYWHERE,
    rows: [
      ...tableOf(ANYWHERE),
      may("member", "list meetings anywhere", inGroup),
      mayNot("other's member", "list meetings anywhere", inGroup),
      may("member", "create a meeting elsewhere", create("rooms/1/meetings", meetingWith({}))),
      mayNot(
        "member",
        "create a meeting below a bot instance",
        create("bot_instances/recorder/meetings", meetingWith({})),
      ),
      mayNot("member", "read another document there", read("rooms/1")),
    ],
  },
];
