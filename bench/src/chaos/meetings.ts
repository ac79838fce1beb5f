import type { Firestore } from "@google-cloud/firestore";
import { writtenEvent } from "@meeting-bot/sandbox";
import { PROJECT } from "../world/database.ts";

/** One meeting document of the crowd. */
export interface CrowdMeeting {
  path: string;
  /** Which room it is in; several documents share one. */
  room: number;
}

/** Links of the same meeting that differ only in decoration, as attendees' copies do. */
const DECORATIONS = ["", "?authuser=0", "?pli=1&hs=122"];

/** All meetings began when this did: a copy whose event comes late belongs to the same occurrence. */
const STARTED_AT = new Date().toISOString();

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
    start: STARTED_AT,
    creator_organization_id: `organization-${room % 10}`,
  };
  const { writeTime } = await reference.set(fields);
  const event = writtenEvent(PROJECT, reference.path, fields);
  return { meeting: { path: reference.path, room }, event, writtenAt: writeTime.toMillis() };
}

/** A Meet code of its own for each of 17,576 rooms. */
function codeOf(room: number): string {
  const letter = (place: number) => String.fromCharCode(97 + (Math.floor(room / 26 ** place) % 26));
  return `${letter(2)}${letter(1)}${letter(0)}-room-abc`;
}
