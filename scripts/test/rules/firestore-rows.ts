import {
  addDoc,
  collection,
  collectionGroup,
  deleteDoc,
  deleteField,
  doc,
  getDoc,
  getDocs,
  query,
  setDoc,
  updateDoc,
  where,
} from "firebase/firestore/lite";
import type { Caller } from "./callers.ts";
import { type Database, HIDDEN } from "./firestore-world.ts";
import { badFields, goodFields, meetingWith } from "./meeting-fields.ts";
import { may, mayNot, type Row } from "./row.ts";
import type { Spelling } from "./spelling.ts";

type Ask = Row<Database>["ask"];

const MEMBERS: readonly Caller[] = ["member", "member by document"];
const OTHERS: readonly Caller[] = ["other's member", "stranger", "visitor"];

/** Who may do what, whatever it is called. */
export function tableOf(spelling: Spelling): Row<Database>[] {
  return [
    ...creationRows(spelling),
    ...changeRows(spelling),
    ...meetingRows(spelling),
    ...instanceRows(),
    ...deniedRows(),
  ];
}

function meetingRows({ meetings, config }: Spelling): Row<Database>[] {
  const { meetingStatusField: status } = config;
  const planned = `${meetings}/planned`;
  return [
    ...forMembers("read a meeting of the organisation", read(planned)),
    ...forMembers("list the meetings of the organisation", list(meetings)),
    ...forMembers("create a meeting of the organisation", create(meetings, meetingWith({}))),
    ...forMembers(
      "cancel a meeting of the organisation",
      update(planned, { [status]: "cancelled" }),
    ),
    ...forNobody("list meetings whatever their organisation", listAll(meetings)),
    ...forNobody("list meetings of two organisations", (database) =>
      getDocs(query(collection(database, meetings), where(OWNER, "in", ["acme", "umbrella"]))),
    ),
    ...forNobody("delete a meeting", remove(planned)),
    mayNot(
      "one whose claim is empty",
      "read a meeting of the organisation ''",
      read(`${meetings}/of-empty`),
    ),
    mayNot(
      "one whose claim is null",
      "read a meeting of the organisation null",
      read(`${meetings}/of-null`),
    ),
  ];
}

function creationRows(spelling: Spelling): Row<Database>[] {
  const { meetings } = spelling;
  const asks = (fields: Record<string, object>) =>
    Object.entries(fields).map(
      ([remark, some]) =>
        [`create a meeting ${remark}`, create(meetings, meetingWith({ ...some }))] as const,
    );
  return [
    ...asks(goodFields(spelling)).map(([does, ask]) => may("member", does, ask)),
    ...asks(badFields(spelling)).map(([does, ask]) => mayNot("member", does, ask)),
  ];
}

function changeRows({ meetings, config }: Spelling): Row<Database>[] {
  const { meetingInstanceField: link, meetingStatusField: status } = config;
  const planned = `${meetings}/planned`;
  const good = {
    "move a meeting": { start: new Date(), end: new Date() },
    "give a meeting metadata": { metadata: { ticket: "T-1" } },
    "ask for another attempt": { recording_retry: "again" },
    "remove what a meeting need not say": { start: deleteField(), join_url: deleteField() },
  };
  const bad = {
    "link a meeting to another bot": { [link]: "another" },
    "unlink a meeting": { [link]: deleteField() },
    "replace what a meeting says of its recording": { recording: { status: "done" } },
    "change what a meeting says of its recording": { "recording.status": "done" },
    "give a meeting to another organisation": { [OWNER]: "umbrella" },
    "give a meeting to nobody": { [OWNER]: deleteField() },
    "give a meeting to another creator": { creator_user_id: "bea" },
    "put a list into bot_name": { bot_name: ["a list"] },
    "change what the organisation keeps there": { approved: true },
    "change it together with what is theirs to change": { approved: true, [status]: "cancelled" },
    "remove what the organisation keeps there": { owner: deleteField() },
  };
  return [
    ...Object.entries(good).map(([does, fields]) => may("member", does, update(planned, fields))),
    ...Object.entries(bad).map(([does, fields]) => mayNot("member", does, update(planned, fields))),
    mayNot("member", "write a meeting over as a whole", (database) =>
      setDoc(doc(database, planned), meetingWith({})),
    ),
  ];
}

function instanceRows(): Row<Database>[] {
  const instance = "bot_instances/recorder";
  const events = `${instance}/bot_events`;
  return [
    ...forMembers("read a bot instance of the organisation", read(instance)),
    ...forMembers("list the bot instances of the organisation", list("bot_instances")),
    ...forMembers("read an event of a bot instance", read(`${events}/1`)),
    ...forMembers("list the events of a bot instance", listAll(events)),
    ...forNobody("list bot instances whatever their organisation", listAll("bot_instances")),
    ...forNobody("list the events of all bot instances", (database) =>
      getDocs(collectionGroup(database, "bot_events")),
    ),
    mayNot("member", "create a bot instance", create("bot_instances", meetingWith({}))),
    mayNot(
      "member",
      "change a bot instance",
      update(instance, { meeting_url: "https://zoom.us/j/1" }),
    ),
    mayNot("member", "delete a bot instance", remove(instance)),
    mayNot("member", "create an event", create(events, { what: "done" })),
    mayNot("member", "change an event", update(`${events}/1`, { what: "done" })),
  ];
}

function deniedRows(): Row<Database>[] {
  const own = HIDDEN.flatMap((path) => {
    const [parent = ""] = path.split("/");
    return [
      mayNot("member", `read ${path}`, read(path)),
      mayNot("member", `list ${parent}`, list(parent)),
      mayNot("member", `create a document in ${parent}`, create(parent, meetingWith({}))),
    ];
  });
  return [
    ...own,
    mayNot("member", "read what no rule speaks of", read("notes/1")),
    mayNot("member", "write what no rule speaks of", create("notes", meetingWith({}))),
  ];
}

const OWNER = "creator_organization_id";

/** Rows of an action for everybody: of `acme`'s members, and of all others. */
function forMembers(does: string, ask: Ask): Row<Database>[] {
  return [
    ...MEMBERS.map((who) => may(who, does, ask)),
    ...OTHERS.map((who) => mayNot(who, does, ask)),
  ];
}

function forNobody(does: string, ask: Ask): Row<Database>[] {
  return [...MEMBERS, ...OTHERS].map((who) => mayNot(who, does, ask));
}

export function read(path: string): Ask {
  return (database) => getDoc(doc(database, path));
}

/** The documents of `acme`, as a client has to ask for them. */
export function list(path: string): Ask {
  return (database) => getDocs(query(collection(database, path), where(OWNER, "==", "acme")));
}

function listAll(path: string): Ask {
  return (database) => getDocs(collection(database, path));
}

export function create(path: string, fields: object): Ask {
  return (database) => addDoc(collection(database, path), fields);
}

function update(path: string, fields: object): Ask {
  return (database) => updateDoc(doc(database, path), fields);
}

function remove(path: string): Ask {
  return (database) => deleteDoc(doc(database, path));
}
