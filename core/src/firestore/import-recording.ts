import type { DocumentSnapshot } from "@google-cloud/firestore";
import { type BotInstance, isTerminal } from "../bot-instance/bot-instance.ts";
import type { Surroundings } from "../bot-instance/transition.ts";
import { type FinishedRecording, importIdOf } from "../import/finished-recording.ts";
import { type ImportPlan, newMeetingFields, planImport } from "../import/plan-import.ts";
import { findWaitingSeat, isWaiting, type Waiting, waitingMeetings } from "../import/waiting.ts";
import { type Meeting, parseMeeting } from "../meeting/meeting.ts";
import type { ImportOutcome } from "../ports/bot-instance-store.ts";
import { roomKeyOf } from "../session/session.ts";
import type { BotChange } from "../webhooks/events.ts";
import type { Documents, Found } from "./documents.ts";
import type { DocumentFields } from "./fields.ts";
import { readOutbox } from "./outbox.ts";
import { linked } from "./serve-meeting.ts";
import { readSettlement } from "./settlement.ts";
import type { UnitOfWork } from "./unit-of-work.ts";

/** Who waits for a recording, with the document that it was read from. */
interface FoundWaiting extends Waiting {
  found: Found;
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
  const existing = documents.parse(snapshot);
  if (existing) return { kind: "repeated", instance: existing };
  const at = documents.surroundings(snapshot);
  const waiting = await findWaiting(documents, unit, recording, at);
  const plan = planImport(recording, waiting, newMeetingPath, at);
  const release = await readRelease(documents, unit, plan, waiting, at);
  const post = await readOutbox(documents, unit, changesOf(plan), at.now);
  documents.createInstance(unit, plan.created, at.now);
  release?.();
  post();
  if (waiting) linkAll(documents, unit, plan.created, waiting);
  else writeMeeting(documents, unit, plan.created, recording, newMeeting);
  return { kind: "created", instance: plan.created };
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
  const refs = found.instance.meetings.map((path) => firestore.doc(path));
  const snapshots = refs.length > 0 ? await unit.getAll(...refs) : [];
  const read = snapshots.flatMap((snapshot) => {
    const fields = snapshot.data();
    const path = snapshot.ref.path;
    return fields ? [{ path, meeting: parseMeeting(fields, naming.meeting, rules) }] : [];
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
  const after = { ...released.instance, ...released.patch };
  const settle = isTerminal(after) ? await readSettlement(documents, unit, after, now) : undefined;
  return () => {
    documents.changeInstance(unit, waiting.found, released.patch, now);
    settle?.();
  };
}

/** Shows a recording to the meetings that have waited for it. */
function linkAll(
  documents: Documents,
  unit: UnitOfWork,
  instance: BotInstance,
  { meetings }: Waiting,
): void {
  for (const { path, meeting } of meetings) {
    unit.update(documents.firestore.doc(path), linkTo(documents, instance, meeting));
  }
}

/** Makes the meeting of a recording that nobody has waited for, unless there is one from before. */
function writeMeeting(
  documents: Documents,
  unit: UnitOfWork,
  instance: BotInstance,
  recording: FinishedRecording,
  snapshot: DocumentSnapshot,
): void {
  const { naming, rules } = documents;
  const known = snapshot.data();
  const made = newMeetingFields(recording, naming.meeting);
  const meeting = parseMeeting(known ?? made, naming.meeting, rules);
  const ours = linkTo(documents, instance, meeting);
  if (known) unit.update(snapshot.ref, ours);
  else unit.create(snapshot.ref, { ...made, ...ours });
}

function linkTo({ naming }: Documents, instance: BotInstance, meeting: Meeting): DocumentFields {
  return { [naming.meeting.instanceField]: instance.id, ...linked(instance, meeting).fields };
}
