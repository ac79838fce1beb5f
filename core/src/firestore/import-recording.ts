import type { DocumentSnapshot } from "@google-cloud/firestore";
import { type BotInstance, isTerminal } from "../bot-instance/bot-instance.ts";
import { afterChange } from "../bot-instance/change.ts";
import type { Surroundings } from "../bot-instance/transition.ts";
import { fetchAgain } from "../import/fetch-again.ts";
import { type FinishedRecording, importIdOf } from "../import/finished-recording.ts";
import { type ImportPlan, newMeetingFields, planImport } from "../import/plan-import.ts";
import {
  type FoundMeeting,
  findWaitingSeat,
  isWaiting,
  type Waiting,
  waitingMeetings,
} from "../import/waiting.ts";
import { linkTo } from "../meeting/linked-meeting.ts";
import { type Meeting, meetingFields, parseMeeting } from "../meeting/meeting.ts";
import type { ImportOutcome } from "../ports/bot-instance-store.ts";
import { endSeat } from "../session/end-seat.ts";
import { roomKeyOf } from "../session/session.ts";
import type { Instant } from "../time.ts";
import type { BotChange } from "../webhooks/events.ts";
import type { Documents, Found } from "./documents.ts";
import { type FieldChange, recordingChange } from "./meeting-fields.ts";
import { readOutbox } from "./outbox.ts";
import type { UnitOfWork } from "./unit-of-work.ts";

/** Who waits for a recording, with the document that it was read from. */
interface FoundWaiting extends Waiting {
  meetings: readonly ReadMeeting[];
  found: Found;
}

interface ReadMeeting extends FoundMeeting {
  snapshot: DocumentSnapshot;
}

/** Imports a recording inside a unit: reads who may wait for it, writes the instance that fetches it. */
export async function importRecording(
  documents: Documents,
  unit: UnitOfWork,
  recording: FinishedRecording,
  newMeetingPath: string,
): Promise<ImportOutcome> {
  const [[snapshot, newMeeting]] = await Promise.all([
    readOwn(documents, unit, recording, newMeetingPath),
    // The outbox asks for them: read together with what is read anyway, they take no time then.
    documents.webhooks.readEndpoints(unit, recording.organizationId ?? null),
  ]);
  const at = documents.surroundings(snapshot);
  const existing = documents.parse(snapshot);
  if (existing) return { kind: "repeated", instance: repeat(documents, unit, existing, snapshot) };
  const waiting = await findWaiting(documents, unit, recording, at);
  const plan = planImport(recording, waiting, newMeetingPath, at);
  const release = await readRelease(documents, unit, plan, waiting, at);
  const post = await readOutbox(documents, unit, changesOf(plan), at.now);
  documents.createInstance(unit, plan.created, at.now);
  release?.();
  post();
  if (waiting) linkAll(documents, unit, plan.created, waiting, at.now);
  else
    writeMeeting(documents, unit, plan.created, { recording, snapshot: newMeeting, now: at.now });
  return { kind: "created", instance: plan.created };
}

/** Whoever sends a notice again, after what it told of could not be fetched, has it fetched once more. */
function repeat(
  documents: Documents,
  unit: UnitOfWork,
  instance: BotInstance,
  snapshot: DocumentSnapshot,
): BotInstance {
  if (instance.status !== "failed" || instance.recordingErasedAt !== undefined) return instance;
  const { now } = documents.surroundings(snapshot);
  return documents.changeInstance(unit, { instance, snapshot }, fetchAgain(now), now);
}

/** What is told of it; the meetings of an instance that is released are not cancelled: they are recorded. */
function changesOf({ created, released }: ImportPlan): BotChange[] {
  const ending = released && {
    before: released.instance,
    after: { ...released.instance, ...released.patch },
  };
  return [{ after: created }, ...(ending ? [ending] : [])];
}

/** The instance and the meeting that may have been made for this recording before. */
async function readOwn(
  documents: Documents,
  unit: UnitOfWork,
  { recordingId }: FinishedRecording,
  newMeetingPath: string,
): Promise<[instance: DocumentSnapshot, meeting: DocumentSnapshot]> {
  const refs = [
    documents.instanceRef(importIdOf(recordingId)),
    documents.firestore.doc(newMeetingPath),
  ];
  return (await unit.getAll(...refs)) as [DocumentSnapshot, DocumentSnapshot];
}

/** Looks for whom the bot was sent by, then for who sent none, or in vain, into the same room. */
async function findWaiting(
  documents: Documents,
  unit: UnitOfWork,
  recording: FinishedRecording,
  at: Surroundings,
): Promise<FoundWaiting | undefined> {
  const { botId } = recording;
  const byBot =
    botId === undefined ? undefined : await readWaiting(documents, unit, botId, recording);
  if (byBot) return byBot;
  const { organizationId, link } = recording;
  if (!link || organizationId === undefined) return undefined;
  const room = await documents.readSession(unit, roomKeyOf(organizationId, link));
  const seat = findWaitingSeat(room, recording, at.rules);
  return seat && readWaiting(documents, unit, seat.instanceId, recording);
}

/** Reads an instance and its meetings; undefined unless it waits for the recording with one of them at least. */
async function readWaiting(
  documents: Documents,
  unit: UnitOfWork,
  instanceId: string,
  recording: FinishedRecording,
): Promise<FoundWaiting | undefined> {
  const found = await documents.findInstance(unit, instanceId);
  if (!found || !isWaiting(found.instance, recording)) return undefined;
  const { firestore, naming, rules } = documents;
  const links = await documents.links.readWanted(unit, found.instance);
  const mask = meetingFields(naming.meeting);
  const snapshots = await Promise.all(
    links.map(({ meetingPath }) => unit.getFields(firestore.doc(meetingPath), mask)),
  );
  const read = snapshots.flatMap((snapshot) => {
    const fields = snapshot.data();
    const { path } = snapshot.ref;
    const createdAt = snapshot.createTime?.toMillis() ?? 0;
    return fields
      ? [{ path, createdAt, meeting: parseMeeting(fields, naming.meeting, rules), snapshot }]
      : [];
  });
  const meetings = waitingMeetings(found.instance, read);
  return meetings.length > 0 ? { instance: found.instance, meetings, found } : undefined;
}

/** Reads what the end of an instance that waited in vain changes besides itself; the result writes all of it. */
async function readRelease(
  documents: Documents,
  unit: UnitOfWork,
  { released }: ImportPlan,
  waiting: FoundWaiting | undefined,
  { now }: Surroundings,
): Promise<(() => void) | undefined> {
  if (!released || !waiting) return undefined;
  const after = afterChange(released);
  const { sessionKey } = after;
  const isEnd = isTerminal(after) && !isTerminal(released.instance) && sessionKey !== undefined;
  const session = isEnd ? await documents.readSession(unit, sessionKey) : undefined;
  return () => {
    documents.changeInstance(unit, waiting.found, released.patch, now);
    if (session && sessionKey) {
      documents.writeSession(unit, sessionKey, endSeat(after, session, undefined, now).session);
    }
    for (const { path } of waiting.meetings) documents.links.remove(unit, after.id, path);
  };
}

/** Shows a recording to the meetings that have waited for it. */
function linkAll(
  documents: Documents,
  unit: UnitOfWork,
  instance: BotInstance,
  { meetings }: FoundWaiting,
  now: Instant,
): void {
  for (const { path, meeting, createdAt, snapshot } of meetings) {
    documents.links.put(unit, instance.id, linkTo(meeting, { path, createdAt }, now));
    const { fields, gone } = shownBy(documents, instance, meeting, snapshot.get("recording"));
    unit.update(snapshot.ref, fields, gone);
  }
}

/** What a recording that nobody has waited for goes to. */
interface OwnMeeting {
  recording: FinishedRecording;
  snapshot: DocumentSnapshot;
  now: Instant;
}

/** Makes the meeting of a recording that nobody has waited for, unless there is one from before. */
function writeMeeting(
  documents: Documents,
  unit: UnitOfWork,
  instance: BotInstance,
  { recording, snapshot, now }: OwnMeeting,
): void {
  const { naming, rules } = documents;
  const known = snapshot.data();
  const made = newMeetingFields(recording, naming.meeting);
  const meeting = parseMeeting(known ?? made, naming.meeting, rules);
  const { path } = snapshot.ref;
  const createdAt = snapshot.createTime?.toMillis();
  const { meetingCreatedAt: _, ...link } = linkTo(meeting, { path, createdAt: 0 }, now);
  // When a document is made that is made now, is known when it is there.
  documents.links.put(unit, instance.id, {
    ...link,
    ...(createdAt !== undefined && { meetingCreatedAt: createdAt }),
  });
  const { fields, gone } = shownBy(documents, instance, meeting, known?.["recording"]);
  if (known) unit.update(snapshot.ref, fields, gone);
  else unit.create(snapshot.ref, { ...made, ...fields });
}

function shownBy(
  { naming }: Documents,
  instance: BotInstance,
  asked: Meeting,
  recording: unknown,
): FieldChange {
  const change = recordingChange(recording, { bot: instance, results: [], asked });
  const { fields, gone } = change ?? { fields: {}, gone: [] };
  return { fields: { [naming.meeting.instanceField]: instance.id, ...fields }, gone };
}
