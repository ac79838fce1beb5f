import { collectionGroup, getDocs, query, where } from "firebase/firestore/lite";
import { create, read, tableOf } from "./firestore-rows.ts";
import { type Database, openFirestoreWorld } from "./firestore-world.ts";
import { meetingWith } from "./meeting-fields.ts";
import { may, mayNot, type Row } from "./row.ts";
import { type Spelling, spellingOf } from "./spelling.ts";
import type { Case } from "./world.ts";

const USUAL = spellingOf();
const RENAMED = spellingOf({
  ORGANIZATION_CLAIM: "https://example.com/organization",
  MEMBERSHIP_PATH: "people/{userId}/memberships/{organizationId}",
  MEETINGS_COLLECTION_PATH: "tenants/{organizationId}/rooms/{room}/calls",
  MEETING_BOT_INSTANCE_FIELD: "bot-instance",
  MEETING_STATUS_FIELD: "état",
});
const ANYWHERE = spellingOf({ MEETINGS_QUERY_MODE: "collection_group" });

const inGroup: Row<Database>["ask"] = (database) =>
  getDocs(
    query(collectionGroup(database, "meetings"), where("creator_organization_id", "==", "acme")),
  );

/** `word`: one of its own, for the ids of projects. */
function caseOf(
  title: string,
  word: string,
  spelling: Spelling,
  rows: Row<Database>[],
): Case<Database> {
  const { rules } = spelling;
  const open: Case<Database>["open"] = (opened, name) =>
    openFirestoreWorld(`demo-rules-${word}-${name}`, opened, spelling);
  return { title, rules, rows, open };
}

/** The same table for every way to spell it, and what is particular to each. */
export const FIRESTORE_CASES: readonly Case<Database>[] = [
  caseOf("with the defaults", "usual", USUAL, [
    ...tableOf(USUAL),
    mayNot("member", "create a meeting elsewhere", create("rooms/1/meetings", meetingWith({}))),
    mayNot("member", "list meetings anywhere", inGroup),
  ]),
  caseOf("with everything renamed", "renamed", RENAMED, [
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
  ]),
  caseOf("with meetings anywhere", "anywhere", ANYWHERE, [
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
  ]),
];
