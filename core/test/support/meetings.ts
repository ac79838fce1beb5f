import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { dueAt } from "../../src/meeting/draft.ts";
import type { ServeFacts } from "../../src/meeting/hold.ts";
import type { LinkedMeeting } from "../../src/meeting/linked-meeting.ts";
import { type Meeting, parseMeeting } from "../../src/meeting/meeting.ts";
import type { Plan } from "../../src/meeting/plan.ts";
import { detailsHashOf } from "../../src/meeting/request-hash.ts";
import { serve } from "../../src/meeting/serve.ts";
import { type Session, sessionKeyOf, takeSeat } from "../../src/session/session.ts";
import { MINUTE } from "../../src/time.ts";
import { AT, LINK, NAMING, NOW, queued, RULES, started } from "./instances.ts";

/** What a call of `serve` has minted. */
export const EVENT = {
  instanceId: "new",
  token: "token",
  claimedBy: "controller",
  joinLeadMs: 2 * MINUTE,
};
/** Where the meeting of these tests is written, and since when. */
export const PATH = "meetings/one";
export const MADE_AT = NOW - MINUTE;
/** An instant as users write it. */
export const iso = (at: number) => new Date(at).toISOString();

/** A meeting that wants a bot, of an organisation that shares bots. */
export function meetingWith(fields: Record<string, unknown> = {}): Meeting {
  const document = { meeting_url: LINK, status: "scheduled", creator_organization_id: "org" };
  return parseMeeting({ ...document, ...fields }, NAMING.meeting, RULES);
}

/** A meeting that is linked to the instance `old`, which was made for `asked`. */
export function linkedMeeting(
  fields: Record<string, unknown> = {},
  asked = meetingWith(),
): Meeting {
  const { requestHash, detailsHash } = asked;
  const recording = { request_hash: requestHash, details_hash: detailsHash };
  return meetingWith({ bot_instance_id: "old", recording, ...fields });
}

/** The instance `old`, waiting for what `asked` asks for. */
export function waitingFor(asked: Meeting, fields: Partial<BotInstance> = {}): BotInstance {
  const { request, requestHash, occurrenceAt } = asked;
  return queued({
    id: "old",
    endAt: undefined,
    ...request,
    requestHash,
    sessionKey: sessionKeyOf(asked, PATH),
    ...(occurrenceAt !== undefined && { anchorAt: occurrenceAt }),
    wakeAt: dueAt(request.startAt, EVENT.joinLeadMs, NOW),
    ...fields,
  });
}

/** The instance `old`, sent to record what `asked` asks for. */
export function sentFor(asked: Meeting, fields: Partial<BotInstance> = {}): BotInstance {
  const claimedAt = NOW - MINUTE;
  return { ...started(), ...waitingFor(asked), ...AT_WORK, claimedAt, ...fields };
}
const AT_WORK: Partial<BotInstance> = { status: "processing", attempt: 1, wakeAt: NOW + MINUTE };

/** The instance `old` with a recording, which ended a minute ago. */
export function doneFor(asked: Meeting, fields: Partial<BotInstance> = {}): BotInstance {
  return sentFor(asked, { ...DONE, ...fields });
}
/** What a recording of these tests has come to. */
export const DONE: Partial<BotInstance> = {
  status: "done",
  phase: undefined,
  wakeAt: undefined,
  recordingEndedAt: NOW - MINUTE,
  processedAt: NOW - MINUTE / 2,
  outputs: [
    {
      kind: "video",
      uri: "gs://bucket/old/video.mp4",
      contentType: "video/mp4",
      bytes: 1,
      crc32c: "AAAAAA==",
      durationSeconds: 20,
      codec: "h264",
    },
  ],
};

/** The link of the first meeting of an instance, which is the one at `PATH`. */
export function linkOf(instance: BotInstance, fields: Partial<LinkedMeeting> = {}): LinkedMeeting {
  const { creatorOrganizationId, requestHash, createdAt, meetingUrl, startAt, endAt } = instance;
  return {
    meetingPath: PATH,
    meetingCreatedAt: MADE_AT,
    ...(creatorOrganizationId !== undefined && { organizationId: creatorOrganizationId }),
    ...(requestHash !== undefined && { requestHash }),
    detailsHash: detailsHashOf(instance),
    joinedAt: createdAt,
    state: "wanted",
    meetingUrl,
    ...(startAt !== undefined && { startAt }),
    ...(endAt !== undefined && { endAt }),
    ...fields,
  };
}

/** The lock of a room with these instances in it; the last one that was claimed is the one that is there. */
export function seating(...instances: BotInstance[]): Session {
  const seated = instances.reduce<Session>(
    (session, instance) => takeSeat(session, instance, NOW),
    { seats: {} },
  );
  const current = instances.findLast(({ claimedAt }) => claimedAt !== undefined);
  return current ? { ...seated, currentId: current.id } : seated;
}

/**
 * What the transaction reads about a meeting at `PATH`, in rooms that hold these instances. `linked` is
 * the one that it is linked to, as its first meeting unless `more` says otherwise.
 */
export function factsOf(
  meeting: Meeting | undefined,
  linked?: BotInstance,
  others: BotInstance[] = [],
  more: Partial<ServeFacts> = {},
): ServeFacts {
  const { survivor } = more;
  const all = [linked, survivor, ...others].filter((instance) => instance !== undefined);
  const sessionKey = meeting ? sessionKeyOf(meeting, PATH) : "";
  const sessions: Record<string, Session> = {};
  for (const key of [sessionKey, ...all.map((instance) => instance.sessionKey)]) {
    if (key) sessions[key] = seating(...all.filter((instance) => instance.sessionKey === key));
  }
  const link = "link" in more ? more.link : linked && linkOf(linked);
  return {
    meetingPath: PATH,
    meeting,
    createdAt: meeting && MADE_AT,
    linked,
    link,
    known: new Map(linked && link ? [[linked.id, link]] : []),
    fellows: [],
    sessionKey,
    sessions,
    instances: new Map(all.map((instance) => [instance.id, instance])),
    ...more,
  };
}

/** The plan for a meeting that is not left as it is. */
export function planOf(facts: ServeFacts, event = EVENT): Plan {
  const served = serve(facts, event, AT);
  if (!("plan" in served)) throw new Error(`no plan: ${served.kind}`);
  return served.plan;
}

/** The instances after a plan, by id. */
export function afterPlan({ created, changed }: Plan): Record<string, BotInstance> {
  const instances = changed.map(({ instance, patch }) => ({ ...instance, ...patch }));
  return Object.fromEntries([...instances, ...(created ? [created] : [])].map((i) => [i.id, i]));
}

/** What becomes of a meeting, and of every instance that changes. */
export function outcomeOf(facts: ServeFacts): string {
  const served = serve(facts, EVENT, AT);
  if (served.kind === "ignored") return `ignored: ${served.reason}`;
  if (!("plan" in served)) return served.kind;
  const changes = Object.values(afterPlan(served.plan)).map(
    (instance) => `${instance.id} ${stateOf(instance)}`,
  );
  return [served.kind, ...changes].join(", ");
}

/** How an instance is, in a word. */
function stateOf({ status, cancelRequestedAt, mergedInto, retriedBy, succeededBy }: BotInstance) {
  if (mergedInto !== undefined) return `merged into ${mergedInto}`;
  if (retriedBy !== undefined) return `retried by ${retriedBy}`;
  if (status !== "processing") return status;
  if (cancelRequestedAt !== undefined) return "leaving";
  return succeededBy === undefined ? status : `handing over to ${succeededBy}`;
}
