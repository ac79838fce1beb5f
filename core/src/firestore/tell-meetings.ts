import type { DocumentReference } from "@google-cloud/firestore";
import { isTerminal } from "../bot-instance/bot-instance.ts";
import type { LinkedMeeting } from "../meeting/linked-meeting.ts";
import { meetingFields, parseMeeting } from "../meeting/meeting.ts";
import { type ToldMeeting, tellingOf } from "../meeting/telling.ts";
import type { Told } from "../ports/bot-instance-store.ts";
import type { Documents } from "./documents.ts";
import { recordingChange } from "./meeting-fields.ts";
import { atomically, type Sleep, type UnitOfWork } from "./unit-of-work.ts";

/** Links are read so many at a time. */
const PAGE_SIZE = 50;
/** INVALID_ARGUMENT, gRPC's code 3: a document of a megabyte has no room for another word. */
export function isUnwritable(error: unknown): boolean {
  return (error as { code?: unknown }).code === 3;
}

/**
 * Tells all meetings of an instance what is true of it now, each by itself. An instance that has ended is
 * looked at again until all of them know.
 */
export async function tellMeetings(
  documents: Documents,
  id: string,
  sleep: Sleep | undefined,
): Promise<Told> {
  const told: Told = { toServe: [], untold: [] };
  const snapshot = await documents.instanceRef(id).get();
  const instance = documents.parse(snapshot);
  if (!instance) return told;
  for await (const link of documents.links.walk(instance, PAGE_SIZE)) {
    const outcome = await tellOne(documents, id, link, sleep);
    if (outcome === "serve") told.toServe.push(link.meetingPath);
    if (outcome === "untold") told.untold.push(link.meetingPath);
  }
  const isOver = isTerminal(instance) && instance.wakeAt !== undefined;
  if (isOver && told.toServe.length === 0)
    await noteAllTold(documents, id, snapshot.updateTime, sleep);
  return told;
}

type Outcome = "told" | "serve" | "untold";

async function tellOne(
  documents: Documents,
  id: string,
  link: LinkedMeeting,
  sleep: Sleep | undefined,
): Promise<Outcome> {
  const { firestore } = documents;
  if (link.untold !== undefined) return "told";
  try {
    return await atomically(
      firestore,
      (unit) => tell(documents, unit, id, link.meetingPath),
      sleep,
    );
  } catch (error) {
    if (!isUnwritable(error)) throw error;
    const untold = (error as Error).message.slice(0, 200);
    await documents.links.ref(id, link.meetingPath).set({ untold }, { merge: true });
    return "untold";
  }
}

/** The meeting first, then the instance: what is written of an older state is refused by the meeting's. */
async function tell(
  documents: Documents,
  unit: UnitOfWork,
  id: string,
  meetingPath: string,
): Promise<Outcome> {
  const ref = documents.firestore.doc(meetingPath);
  const meeting = await readMeeting(documents, unit, ref);
  const instance = (await documents.findInstance(unit, id))?.instance;
  const link = instance && (await documents.links.read(unit, instance, meetingPath));
  if (!link) return "told";
  const telling = tellingOf(link, instance, meeting);
  if (telling.kind === "serve") return "serve";
  if (telling.kind === "nothing") return "told";
  const isTold = telling.kind === "tell";
  const change = recordingChange(meeting?.recording, {
    bot: !isTold ? "cancelled" : telling.isAboutBot ? instance : undefined,
    results: isTold && telling.hasResult ? [instance] : [],
    forgets: !isTold,
  });
  if (change) unit.update(ref, change.fields, change.gone);
  return "told";
}

async function readMeeting(
  { naming, rules }: Documents,
  unit: UnitOfWork,
  ref: DocumentReference,
): Promise<(ToldMeeting & { recording: unknown }) | undefined> {
  const snapshot = await unit.getFields(ref, meetingFields(naming.meeting));
  const fields = snapshot.data();
  if (!fields) return undefined;
  const { request, botInstanceId } = parseMeeting(fields, naming.meeting, rules);
  const shown: unknown = snapshot.get("recording.bot_instance_id");
  return {
    path: ref.path,
    createdAt: snapshot.createTime?.toMillis() ?? 0,
    organizationId: request.creatorOrganizationId,
    botInstanceId,
    shownInstanceId: typeof shown === "string" ? shown : undefined,
    recording: fields["recording"],
  };
}

/** Nobody need look at it any more, unless something has changed since its meetings were told. */
async function noteAllTold(
  documents: Documents,
  id: string,
  readAt: { isEqual(other: never): boolean } | undefined,
  sleep: Sleep | undefined,
): Promise<void> {
  await atomically(
    documents.firestore,
    async (unit) => {
      const found = await documents.findInstance(unit, id);
      if (!found || !readAt?.isEqual(found.snapshot.updateTime as never)) return;
      const { readTime } = found.snapshot;
      documents.changeInstance(unit, found, { wakeAt: undefined }, readTime.toMillis());
    },
    sleep,
  );
}
