import { expect } from "chai";
import fc from "fast-check";
import { botInstanceDocuments } from "../../../test/arbitraries/bot-instance-documents.ts";
import { fuzz } from "../../../test/arbitraries/fuzz.ts";
import { meetingBodies, meetingDocuments } from "../../../test/arbitraries/meeting-documents.ts";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { claim } from "../../src/bot-instance/transitions/claim.ts";
import { toFields } from "../../src/firestore/fields.ts";
import type { ServeFacts } from "../../src/meeting/hold.ts";
import { type Meeting, needsAttention, parseMeeting } from "../../src/meeting/meeting.ts";
import type { Plan } from "../../src/meeting/plan.ts";
import { summarizeBot, summarizeResult } from "../../src/meeting/recording-summary.ts";
import { serve } from "../../src/meeting/serve.ts";
import { AT, NAMING, NOW, RULES } from "../support/instances.ts";
import { afterPlan, EVENT, factsOf } from "../support/meetings.ts";
import {
  document,
  expectFitToTell,
  expectSafeChange,
  expectStorable,
  expectStorablePatch,
  isSafe,
} from "./expectations.ts";

const MEETING_RUNS = 2000;
const BODY_RUNS = 500;
const LINKED_RUNS = 1000;

const parse = (fields: Record<string, unknown>) => parseMeeting(fields, NAMING.meeting, RULES);

function expectSound(meeting: Meeting): void {
  expect(meeting.requestHash).to.match(/^2:[0-9a-f]{64}$/);
  expect(needsAttention(meeting)).to.be.a("boolean");
  expectFitToTell(meeting.failure?.message);
  if (!meeting.failure) expect(meeting.request.meetingUrl).to.satisfy(isSafe);
}

/** Serves a meeting; whatever that writes must be storable, and no bot may go where it must not. */
function expectSafeService(facts: ServeFacts): void {
  const served = serve(facts, EVENT, AT);
  if (!("plan" in served)) return;
  const { plan } = served;
  for (const after of Object.values(afterPlan(plan))) {
    expectSafeChange(beforePlan(plan, after), after);
    expectStorable(toFields({ ...summarizeBot(after), ...summarizeResult(after) }));
  }
  if (plan.created) expectStorablePatch(plan.created);
  for (const { patch } of plan.changed) expectStorablePatch(patch);
  for (const { link } of plan.links) if (link) expectStorable(toFields(link));
  for (const session of Object.values(plan.sessions)) expectStorable(toFields(session));
  if (plan.created) expectSafeClaim(plan.created);
}

/** What waits for its time is claimed when that has come. */
function expectSafeClaim(waiting: BotInstance): void {
  const at = { ...AT, now: waiting.wakeAt ?? NOW };
  const decision = claim(waiting, { token: "later", claimedBy: "test" }, at);
  if (decision.ok) expectSafeChange(waiting, { ...waiting, ...decision.patch });
}

function beforePlan({ changed }: Plan, { id }: BotInstance): BotInstance | undefined {
  return changed.find(({ instance }) => instance.id === id)?.instance;
}

describe("any document of a meeting", () => {
  fuzz(
    "is understood or refused, and sends a bot to a meeting only",
    meetingDocuments,
    MEETING_RUNS,
    (fields) => {
      const meeting = parse(fields);
      expectSound(meeting);
      expectSafeService(factsOf(meeting));
      const { botInstanceId: _, ...unlinked } = meeting;
      expectSafeService(factsOf(unlinked));
    },
  );

  fuzz(
    "is so whatever it is linked to",
    fc.tuple(meetingDocuments, botInstanceDocuments),
    LINKED_RUNS,
    ([fields, theirs]) => {
      const meeting = parse({ ...fields, bot_instance_id: "old" });
      const facts = factsOf(meeting, document.parse("old", theirs, NOW));
      expectSafeService(facts);
      const linked = { ...meeting, linkedHash: "another" };
      const inRoom = { ...theirs, session_key: facts.sessionKey };
      expectSafeService(factsOf(linked, document.parse("old", inRoom, NOW)));
      expectSafeService(factsOf(undefined, document.parse("old", theirs, NOW)));
    },
  );
});

describe("any body that asks for a meeting", () => {
  fuzz("is JSON, and is understood or refused", meetingBodies, BODY_RUNS, (body) => {
    expectSound(parse(JSON.parse(JSON.stringify(body))));
  });
});
