import type { DocumentSnapshot } from "@google-cloud/firestore";
import {
  type BotInstance,
  isTerminal,
  type RecordingRequest,
} from "../bot-instance/bot-instance.ts";
import { type Meeting, needsAttention, parseMeeting } from "../meeting/meeting.ts";
import { summarize } from "../meeting/recording-summary.ts";
import { type Plan, type ServeEvent, type ServeFacts, serve } from "../meeting/serve.ts";
import type { ServeOutcome } from "../ports/bot-instance-store.ts";
import { findSeat, occurrenceKeyOf, type Session, sessionKeyOf } from "../session/session.ts";
import type { Instant } from "../time.ts";
import { changesOf } from "../webhooks/events.ts";
import type { Documents, Found } from "./documents.ts";
import { type DocumentFields, toFields } from "./fields.ts";
import { readOutbox } from "./outbox.ts";
import type { UnitOfWork } from "./unit-of-work.ts";

/** The facts, with the documents that they were read from. */
interface Read extends ServeFacts {
  snapshot: DocumentSnapshot;
  found: ReadonlyMap<string, Found>;
}

/** Serves a meeting inside a unit: reads what the decision needs, writes what it plans. */
export async function serveMeeting(
  documents: Documents,
  unit: UnitOfWork,
  meetingPath: string,
  event: ServeEvent,
): Promise<ServeOutcome> {
  const snapshot = await unit.get(documents.firestore.doc(meetingPath));
  const at = documents.surroundings(snapshot);
  const read = await readFacts(documents, unit, snapshot, event, at.now);
  const served = serve(read, event, at);
  if (served.kind === "ignored") return served;
  if (served.kind === "repeated") {
    return read.linked
      ? { kind: "created", instance: read.linked }
      : { kind: "ignored", reason: "already-linked" };
  }
  const { kind, plan } = served;
  const post = await readOutbox(documents, unit, changesOf(served, meetingPath), at.now);
  write(documents, unit, read, plan, at.now);
  post();
  const { instanceField } = documents.naming.meeting;
  const { meeting } = read;
  if (meeting) {
    const ours = kind === "released" ? unlinked(snapshot) : linked(plan.instance, meeting);
    unit.update(snapshot.ref, { [instanceField]: ours.id, ...ours.fields });
  }
  return { kind, instance: plan.instance };
}

async function readFacts(
  documents: Documents,
  unit: UnitOfWork,
  snapshot: DocumentSnapshot,
  event: ServeEvent,
  now: Instant,
): Promise<Read> {
  const meetingPath = snapshot.ref.path;
  const fields = snapshot.data();
  const meeting = fields && parseMeeting(fields, documents.naming.meeting, documents.rules);
  const linkedId = meeting?.botInstanceId ?? event.formerInstanceId;
  const sessionKey = meeting ? sessionKeyOf(meeting, meetingPath) : "";
  const wantsSeat = meeting?.intent === "record";
  const [linked, session] = await Promise.all([
    linkedId === undefined ? undefined : documents.findInstance(unit, linkedId),
    wantsSeat ? documents.readSession(unit, sessionKey) : undefined,
    wantsSeat && needsAttention(meeting) && prefetchEndpoints(documents, unit, meeting.request),
  ]);
  const seat =
    meeting && session && findSeat(session, occurrenceKeyOf(meeting), now + event.joinLeadMs);
  const mayLeave = linked && !isTerminal(linked.instance) && (!meeting || needsAttention(meeting));
  const [seated, sessions] = await Promise.all([
    seat && documents.findInstance(unit, seat.instanceId),
    readSessions(documents, unit, linked, session && { [sessionKey]: session }),
    mayLeave && prefetchEndpoints(documents, unit, linked.instance),
  ]);
  const known = [linked, seated].filter((entry) => entry !== undefined);
  return {
    meetingPath,
    meeting,
    linked: linked?.instance,
    seated: seated?.instance,
    sessionKey,
    sessions,
    snapshot,
    found: new Map(known.map((entry) => [entry.instance.id, entry])),
  };
}

/** The locks that are known, with the one of the linked instance's room. */
async function readSessions(
  documents: Documents,
  unit: UnitOfWork,
  linked: Found | undefined,
  known: Readonly<Record<string, Session>> = {},
): Promise<Readonly<Record<string, Session>>> {
  const key = linked?.instance.sessionKey;
  if (!key || key in known) return known;
  return { ...known, [key]: await documents.readSession(unit, key) };
}

/** The outbox may ask for them: read together with what is read anyway, they take no time then. */
async function prefetchEndpoints(
  { webhooks }: Documents,
  unit: UnitOfWork,
  { creatorOrganizationId }: RecordingRequest,
): Promise<void> {
  await webhooks.readEndpoints(unit, creatorOrganizationId ?? null);
}

function write(
  documents: Documents,
  unit: UnitOfWork,
  { found }: Read,
  plan: Plan,
  now: Instant,
): void {
  if (plan.created) documents.createInstance(unit, plan.created, now);
  for (const { instance, patch } of plan.changed) {
    const document = found.get(instance.id);
    if (document) documents.changeInstance(unit, document, patch, now);
  }
  for (const [key, session] of Object.entries(plan.sessions)) {
    documents.writeSession(unit, key, session);
  }
}

/** What a meeting shows of its bot: the id, and whatever else is ours. */
interface Link {
  id: string | null;
  fields: DocumentFields;
}

/** What a meeting shows of the bot that it has now, and what it asked for then. */
export function linked(instance: BotInstance, { requestHash }: Meeting): Link {
  return {
    id: instance.id,
    fields: { recording: toFields({ ...summarize(instance), requestHash }) },
  };
}

/** What was recorded for a meeting stays there when it is cancelled. */
function unlinked(snapshot: DocumentSnapshot): Link {
  const isRecorded = snapshot.get("recording.video_uri") || snapshot.get("recording.audio_uri");
  return { id: null, fields: isRecorded ? {} : { recording: { status: "cancelled" } } };
}
