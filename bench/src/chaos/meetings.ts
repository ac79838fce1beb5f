import { randomUUID } from "node:crypto";
import type { Firestore } from "@google-cloud/firestore";

/** Whose events these are. */
export const PROJECT = "demo-meeting-bot";

/** One meeting document of the crowd. */
export interface CrowdMeeting {
  path: string;
  /** Which room it is in; several documents share one. */
  room: number;
}

/** Links of the same meeting that differ only in decoration, as attendees' copies do. */
const DECORATIONS = ["", "?authuser=0", "?pli=1&hs=122"];

/** Writes a copy of a room's meeting. */
export async function writeCopy(
  firestore: Firestore,
  room: number,
  copy: number,
): Promise<{ meeting: CrowdMeeting; event: object; writtenAt: number }> {
  const reference = firestore.collection("meetings").doc(`room-${room}-copy-${copy}`);
  const fields = {
    meeting_url: `https://meet.google.com/${codeOf(room)}${DECORATIONS[copy % DECORATIONS.length]}`,
    status: "scheduled",
    creator_organization_id: `organization-${room % 10}`,
  };
  const { writeTime } = await reference.set(fields);
  const event = writtenEvent(reference.path, fields);
  return { meeting: { path: reference.path, room }, event, writtenAt: writeTime.toMillis() };
}

/** A Meet code of its own for each of 17,576 rooms. */
function codeOf(room: number): string {
  const letter = (place: number) => String.fromCharCode(97 + (Math.floor(room / 26 ** place) % 26));
  return `${letter(2)}${letter(1)}${letter(0)}-room-abc`;
}

function writtenEvent(path: string, fields: Record<string, string>): object {
  const database = `projects/${PROJECT}/databases/(default)`;
  const time = new Date().toISOString();
  const value = {
    name: `${database}/documents/${path}`,
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, stringValue]) => [name, { stringValue }]),
    ),
    createTime: time,
    updateTime: time,
  };
  return {
    specversion: "1.0",
    id: randomUUID(),
    type: "google.cloud.firestore.document.v1.written",
    source: `//firestore.googleapis.com/${database}`,
    subject: `documents/${path}`,
    document: path,
    database: "(default)",
    namespace: "(default)",
    project: PROJECT,
    location: "us-central1",
    time,
    datacontenttype: "application/json",
    data: { value },
  };
}
