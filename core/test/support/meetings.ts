import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { type Meeting, parseMeeting } from "../../src/meeting/meeting.ts";
import { type Plan, type ServeFacts, serve } from "../../src/meeting/serve.ts";
import {
  findSeat,
  occurrenceKeyOf,
  type Session,
  sessionKeyOf,
  takeSeat,
} from "../../src/session/session.ts";
import { MINUTE } from "../../src/time.ts";
import { AT, LINK, NAMING, NOW, queued, RULES, started } from "./instances.ts";

/** What a call of `serve` has minted. */
export const EVENT = {
  instanceId: "new",
  token: "token",
  claimedBy: "controller",
  joinLeadMs: 2 * MINUTE,
};
/** Where the meeting of these tests is written. */
export const PATH = "meetings/one";
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
  const recording = { request_hash: asked.requestHash };
  return meetingWith({ bot_instance_id: "old", recording, ...fields });
}

/** The instance `old`, waiting for what `asked` asks for. */
export function waitingFor(asked: Meeting, fields: Partial<BotInstance> = {}): BotInstance {
  const { request, requestHash } = asked;
  return queued({
    id: "old",
    endAt: undefined,
    ...request,
    requestHash,
    sessionKey: sessionKeyOf(asked, PATH),
    occurrenceKey: occurrenceKeyOf(asked),
    ...fields,
  });
}

/** The instance `old`, sent to record what `asked` asks for. */
export function sentFor(asked: Meeting, fields: Partial<BotInstance> = {}): BotInstance {
  return { ...started(), ...waitingFor(asked), ...AT_WORK, ...fields };
}
const AT_WORK: Partial<BotInstance> = { status: "processing", attempt: 1, wakeAt: NOW + MINUTE };

/** The lock of a room with these instances in it. */
export function seating(...instances: BotInstance[]): Session {
  return instances.reduce((session, instance) => takeSeat(session, instance, NOW), { seats: {} });
}

/** What the transaction reads about a meeting at `PATH`, in rooms that hold these instances. */
export function factsOf(
  meeting: Meeting | undefined,
  linked?: BotInstance,
  others: BotInstance[] = [],
): ServeFacts {
  const known = linked ? [linked, ...others] : others;
  const sessionKey = meeting ? sessionKeyOf(meeting, PATH) : "";
  const sessions: Record<string, Session> = {};
  for (const key of [sessionKey, linked?.sessionKey]) {
    if (key) sessions[key] = seating(...known.filter((instance) => instance.sessionKey === key));
  }
  const seat =
    meeting &&
    findSeat(sessions[sessionKey] ?? seating(), occurrenceKeyOf(meeting), NOW + EVENT.joinLeadMs);
  const seated = known.find(({ id }) => id === seat?.instanceId);
  return { meetingPath: PATH, meeting, linked, seated, sessionKey, sessions };
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
  if (served.kind === "repeated") return "repeated";
  const changes = Object.values(afterPlan(served.plan)).map(
    ({ id, status, cancelRequestedAt }) =>
      `${id} ${cancelRequestedAt === undefined || status !== "processing" ? status : "leaving"}`,
  );
  return [served.kind, ...changes].join(", ");
}
