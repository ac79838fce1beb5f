import type { DocumentSnapshot } from "@google-cloud/firestore";
import type { BotInstance, RecordingRequest } from "../bot-instance/bot-instance.ts";
import { occasionOf, type ServeEvent } from "../meeting/enqueue.ts";
import type { ServeFacts } from "../meeting/hold.ts";
import { isLinkOf, type LinkedMeeting } from "../meeting/linked-meeting.ts";
import { type Meeting, meetingFields, needsAttention, parseMeeting } from "../meeting/meeting.ts";
import type { Plan } from "../meeting/plan.ts";
import { letFormerGo, serve } from "../meeting/serve.ts";
import type { ServeOutcome } from "../ports/bot-instance-store.ts";
import { currentIn, dueSeats, type Session, seatsOf, sessionKeyOf } from "../session/session.ts";
import type { Instant } from "../time.ts";
import { botChangesOf, changesOf } from "../webhooks/events.ts";
import type { Documents, Found } from "./documents.ts";
import { recordingChange, type Shown } from "./meeting-fields.ts";
import { readOutbox } from "./outbox.ts";
import type { UnitOfWork } from "./unit-of-work.ts";

/** The facts, with the documents that they were read from. */
interface Read extends ServeFacts {
  snapshot: DocumentSnapshot;
  found: ReadonlyMap<string, Found>;
}

/**
 * Serves a meeting inside a unit: reads what the decision needs, writes what it plans. A document that
 * nothing can be written to is only taken off its bot (`isReadOnly`).
 */
export async function serveMeeting(
  documents: Documents,
  unit: UnitOfWork,
  meetingPath: string,
  event: ServeEvent,
  isReadOnly = false,
): Promise<ServeOutcome> {
  const ref = documents.firestore.doc(meetingPath);
  const snapshot = await unit.getFields(ref, meetingFields(documents.naming.meeting));
  const at = documents.surroundings(snapshot);
  const read = await new Reading(documents, unit, event, at.now).facts(snapshot);
  const served = serve(read, event, at);
  if (served.kind === "ignored") return served;
  if (served.kind === "cleared" && isReadOnly) return { kind: "ignored", reason: "not-writable" };
  if (served.kind === "cleared") {
    const isOurs = await isShownOurs(documents, unit, read);
    showRecording(documents, unit, snapshot, null, {
      bot: "cancelled",
      results: [],
      forgets: !isOurs,
    });
    return { kind: "ignored", reason: "nothing-to-cancel" };
  }
  if (served.kind === "repeated") {
    return read.linked
      ? { kind: "created", instance: read.linked }
      : { kind: "ignored", reason: "already-linked" };
  }
  const { kind, plan } = served;
  if (isReadOnly && kind !== "released") return { kind: "ignored", reason: "not-writable" };
  const post = await readOutbox(documents, unit, changesOf(served, meetingPath), at.now);
  writePlan(documents, unit, read.found, plan, at.now);
  post();
  if (read.meeting && !isReadOnly) {
    const isOurs = await isShownOurs(documents, unit, read);
    writeMeeting(documents, unit, { ...read, meeting: read.meeting }, { kind, plan, isOurs });
  }
  return { kind, instance: plan.instance };
}

/**
 * Takes a meeting off the instance that its event names, where its document is gone, is another one, or is
 * linked to another instance.
 */
export async function releaseFormer(
  documents: Documents,
  unit: UnitOfWork,
  meetingPath: string,
  event: ServeEvent,
): Promise<void> {
  const ref = documents.firestore.doc(meetingPath);
  const snapshot = await unit.getFields(ref, meetingFields(documents.naming.meeting));
  const at = documents.surroundings(snapshot);
  const { naming, rules } = documents;
  const fields = snapshot.data();
  const meeting = fields && parseMeeting(fields, naming.meeting, rules);
  const hasAnother = meeting?.botInstanceId !== undefined || meeting?.intent === "cancel";
  if (!hasAnother || meeting.botInstanceId === event.formerInstanceId) return;
  const read = await new Reading(documents, unit, event, at.now).former(snapshot);
  const plan = letFormerGo(read, at);
  if (!plan) return;
  const post = await readOutbox(documents, unit, botChangesOf(plan), at.now);
  writePlan(documents, unit, read.found, plan, at.now);
  post();
}

/** Reads what a decision about a meeting needs. */
class Reading {
  readonly #documents: Documents;
  readonly #unit: UnitOfWork;
  readonly #event: ServeEvent;
  readonly #now: Instant;
  readonly #found = new Map<string, Found>();
  readonly #sessions: Record<string, Session> = {};

  constructor(documents: Documents, unit: UnitOfWork, event: ServeEvent, now: Instant) {
    this.#documents = documents;
    this.#unit = unit;
    this.#event = event;
    this.#now = now;
  }

  async facts(snapshot: DocumentSnapshot): Promise<Read> {
    const { naming, rules } = this.#documents;
    const meetingPath = snapshot.ref.path;
    const fields = snapshot.data();
    const meeting = fields && parseMeeting(fields, naming.meeting, rules);
    const sessionKey = meeting ? sessionKeyOf(meeting, meetingPath) : "";
    const isWanted = meeting?.intent === "record";
    const linkedId =
      meeting?.botInstanceId ?? this.#event.formerInstanceId ?? meeting?.shownInstanceId;
    const [named] = await Promise.all([
      this.#instance(linkedId),
      isWanted && this.#room(meeting, sessionKey),
      isWanted && needsAttention(meeting) && this.#endpoints(meeting.request),
    ]);
    const known = await this.#readLinks(meetingPath);
    const isForeign = meeting?.botInstanceId !== undefined && meeting.linkedHash === undefined;
    const linkedTo = named && (known.has(named.id) || isForeign) ? named.id : wantedBy(known);
    const linked = linkedTo === undefined ? named : this.#found.get(linkedTo)?.instance;
    const link = linked && known.get(linked.id);
    const survivor = await this.#instance(linked?.mergedInto ?? linked?.retriedBy);
    const bot = survivor ?? linked;
    const mayTell = meeting === undefined || needsAttention(meeting);
    const mayLeave = bot !== undefined && link?.state === "wanted";
    const [fellows] = await Promise.all([
      mayLeave ? this.#fellows(bot, meetingPath) : [],
      ...[linked, survivor].map((instance) => this.#rest(instance)),
      mayLeave && mayTell && this.#endpoints(bot),
    ]);
    return {
      ...this.#known(snapshot),
      meeting,
      linked,
      link,
      survivor,
      known,
      fellows,
      sessionKey,
    };
  }

  /** What is to be known of the instance that a meeting had before. */
  async former(snapshot: DocumentSnapshot): Promise<Read> {
    const meetingPath = snapshot.ref.path;
    const linked = await this.#instance(this.#event.formerInstanceId);
    const link = linked && (await this.#links.read(this.#unit, linked, meetingPath));
    const survivor = await this.#instance(linked?.mergedInto ?? linked?.retriedBy);
    const bot = survivor ?? linked;
    const fellows = bot && link ? await this.#fellows(bot, meetingPath) : [];
    await Promise.all([this.#rest(linked), this.#rest(survivor)]);
    const known = new Map<string, LinkedMeeting>();
    return { ...this.#known(snapshot), linked, link, survivor, known, fellows, sessionKey: "" };
  }

  #known(snapshot: DocumentSnapshot) {
    return {
      meetingPath: snapshot.ref.path,
      createdAt: snapshot.createTime?.toMillis(),
      sessions: this.#sessions,
      instances: new Map([...this.#found].map(([id, { instance }]) => [id, instance])),
      snapshot,
      found: this.#found,
    };
  }

  get #links() {
    return this.#documents.links;
  }

  async #instance(id: string | undefined): Promise<BotInstance | undefined> {
    if (id === undefined) return undefined;
    const found = await this.#documents.findInstance(this.#unit, id);
    if (found) this.#found.set(id, found);
    return found?.instance;
  }

  async #session(key: string): Promise<Session> {
    const session = await this.#documents.readSession(this.#unit, key);
    this.#sessions[key] = session;
    return session;
  }

  /** The lock of a room, and every bot in it that the meeting may have to do with. */
  async #room(meeting: Meeting, key: string): Promise<void> {
    const session = await this.#session(key);
    const dueBy = this.#now + this.#event.joinLeadMs;
    const ids = [
      currentIn(session, dueBy),
      ...seatsOf(session, occasionOf(meeting)).map(({ instanceId }) => instanceId),
      ...(meeting.occurrenceAt === undefined ? dueSeats(session, dueBy).slice(0, 2) : []).map(
        ({ instanceId }) => instanceId,
      ),
    ];
    const bots = await Promise.all([...new Set(ids)].map((id) => this.#instance(id)));
    await Promise.all(bots.map((bot) => this.#instance(bot?.takesOverFrom)));
  }

  /** The lock of an instance's room, and the bot that it takes over from. */
  async #rest(instance: BotInstance | undefined): Promise<void> {
    if (!instance) return;
    const { sessionKey, takesOverFrom } = instance;
    await Promise.all([
      sessionKey !== undefined && !(sessionKey in this.#sessions) && this.#session(sessionKey),
      this.#instance(takesOverFrom),
    ]);
  }

  /** The links of a meeting at all instances that were read: one may be left of a link that was lost. */
  async #readLinks(meetingPath: string): Promise<Map<string, LinkedMeeting>> {
    const bots = [...this.#found.values()].map(({ instance }) => instance);
    const links = await Promise.all(
      bots.map((bot) => this.#links.read(this.#unit, bot, meetingPath)),
    );
    return new Map(
      links.flatMap((link, index) => {
        const bot = bots[index];
        return link && bot ? [[bot.id, link] as const] : [];
      }),
    );
  }

  /** Whoever is alone with its bot has none. */
  async #fellows(bot: BotInstance, meetingPath: string): Promise<LinkedMeeting[]> {
    if (bot.wantedLinks <= 1) return [];
    const all = await this.#links.readWanted(this.#unit, bot);
    return all.filter((link) => link.meetingPath !== meetingPath);
  }

  /** The outbox may ask for them: read together with what is read anyway, they take no time then. */
  async #endpoints({ creatorOrganizationId }: RecordingRequest): Promise<void> {
    await this.#documents.webhooks.readEndpoints(this.#unit, creatorOrganizationId ?? null);
  }
}

/** Writes what was planned, but for the meeting itself. */
export function writePlan(
  documents: Documents,
  unit: UnitOfWork,
  found: ReadonlyMap<string, Found>,
  { created, changed, links, sessions }: Omit<Plan, "instance">,
  now: Instant,
): void {
  if (created) documents.createInstance(unit, created, now);
  for (const { instance, patch } of changed) {
    const document = found.get(instance.id);
    if (document) documents.changeInstance(unit, document, patch, now);
  }
  for (const { instanceId, meetingPath, link } of links) {
    if (link) documents.links.put(unit, instanceId, link);
    else documents.links.remove(unit, instanceId, meetingPath);
  }
  for (const [key, session] of Object.entries(sessions)) {
    documents.writeSession(unit, key, session);
  }
}

/** The instance that still counts a meeting whose document has lost its link. */
function wantedBy(known: ReadonlyMap<string, LinkedMeeting>): string | undefined {
  return [...known].find(([, { state }]) => state === "wanted")?.[0];
}

interface Decided {
  kind: Exclude<ServeOutcome["kind"], "ignored">;
  plan: Plan;
  /** Whether what the document shows was recorded for it. */
  isOurs: boolean;
}

/** What a meeting shows of its bot: the id, and the map `recording`. */
function writeMeeting(
  documents: Documents,
  unit: UnitOfWork,
  { snapshot, meeting }: Read & { meeting: Meeting },
  { kind, plan, isOurs }: Decided,
): void {
  const { instance, left } = plan;
  const isReleased = kind === "released";
  if (isReleased && meeting.intent !== "cancel") return;
  const shown = {
    bot: isReleased ? (left ?? ("cancelled" as const)) : instance,
    results: [...new Set([left, isReleased ? left : instance])].filter((bot) => bot !== undefined),
    asked: isReleased ? undefined : meeting,
    forgets: !isOurs,
  };
  showRecording(documents, unit, snapshot, isReleased ? null : instance.id, shown);
}

/** Writes what has changed of the link and of the map `recording`. */
function showRecording(
  { naming }: Documents,
  unit: UnitOfWork,
  snapshot: DocumentSnapshot,
  id: string | null,
  shown: Shown,
): void {
  const { instanceField } = naming.meeting;
  const change = recordingChange(snapshot.get("recording"), shown);
  const isLinked = (snapshot.get(instanceField) ?? null) === id;
  if (!change && isLinked) return;
  const { fields, gone } = change ?? { fields: {}, gone: [] };
  unit.update(snapshot.ref, { ...(!isLinked && { [instanceField]: id }), ...fields }, gone);
}

/**
 * Whether what a document shows of a recording is of a bot that it was linked to: documents are copied,
 * deleted and written again, and go from one organisation to another.
 */
async function isShownOurs(
  documents: Documents,
  unit: UnitOfWork,
  { snapshot, meeting, meetingPath, createdAt, linked, link }: Read,
): Promise<boolean> {
  const recordedBy: unknown = snapshot.get("recording.recorded_by");
  if (typeof recordedBy !== "string" || createdAt === undefined) return true;
  const isTheirs = (known: LinkedMeeting | undefined) =>
    known !== undefined &&
    isLinkOf(known, { path: meetingPath, createdAt }, meeting?.request.creatorOrganizationId);
  if (linked?.id === recordedBy) return isTheirs(link);
  const found = await documents.findInstance(unit, recordedBy);
  if (!found) return true;
  return isTheirs(await documents.links.read(unit, found.instance, meetingPath));
}
