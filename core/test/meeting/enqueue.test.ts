import { expect } from "chai";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { type EnqueueFacts, enqueue } from "../../src/meeting/enqueue.ts";
import { type Meeting, parseMeeting } from "../../src/meeting/meeting.ts";
import { HOUR, MINUTE } from "../../src/time.ts";
import { AT, LINK, NAMING, NOW, queued, started } from "../support/instances.ts";

const EVENT = {
  instanceId: "new",
  token: "token",
  claimedBy: "controller",
  joinLeadMs: 2 * MINUTE,
};
const iso = (at: number) => new Date(at).toISOString();

function meetingWith(fields: Record<string, unknown> = {}): Meeting {
  return parseMeeting({ meeting_url: LINK, status: "scheduled", ...fields }, NAMING.meeting);
}

function facts(meeting = meetingWith(), others: Partial<EnqueueFacts> = {}): EnqueueFacts {
  const session = { seats: {} };
  return { meetingPath: "meetings/one", meeting, sessionKey: "room", session, ...others };
}

/** What becomes of a meeting, without its details. */
function kindOf(given: EnqueueFacts): string {
  const enqueued = enqueue(given, EVENT, AT);
  if (enqueued.kind === "ignored") return `ignored: ${enqueued.reason}`;
  return enqueued.kind === "create" ? `create ${enqueued.instance.status}` : enqueued.kind;
}

function created(given: EnqueueFacts) {
  const enqueued = enqueue(given, EVENT, AT);
  if (enqueued.kind !== "create") throw new Error(`not created: ${enqueued.kind}`);
  return enqueued;
}

const linkedTo = (fields: Record<string, unknown> = {}) =>
  meetingWith({ bot_instance_id: "old", ...fields });
const ended = (status: BotInstance["status"], requestHash: string | undefined) =>
  queued({ id: "old", status, requestHash, wakeAt: undefined });
const { requestHash } = meetingWith();

describe("enqueue", () => {
  const cases: [what: string, given: EnqueueFacts, expected: string][] = [
    ["a meeting that wants a bot now", facts(), "create processing"],
    [
      "one that begins within the lead",
      facts(meetingWith({ start: iso(NOW + MINUTE) })),
      "create processing",
    ],
    ["one that begins later", facts(meetingWith({ start: iso(NOW + HOUR) })), "create queued"],
    [
      "one that began a while ago",
      facts(meetingWith({ start: iso(NOW - HOUR) })),
      "create processing",
    ],
    ["one that is over", facts(meetingWith({ end: iso(NOW - 1) })), "create failed"],
    ["one that wants no bot", facts(meetingWith({ status: "draft" })), "ignored: no-bot-wanted"],
    ["one that is wrong", facts(meetingWith({ meeting_url: 7 })), "create failed"],
    [
      "one that is wrong and wants no bot",
      facts(meetingWith({ meeting_url: 7, status: "x" })),
      "ignored: no-bot-wanted",
    ],
    [
      "one with its bot at work",
      facts(linkedTo(), { linked: started({ id: "old" }) }),
      "ignored: already-linked",
    ],
    [
      "one with its bot at work, that moved",
      facts(linkedTo({ start: iso(NOW) }), { linked: started({ id: "old" }) }),
      "ignored: already-linked",
    ],
    [
      "one that is recorded",
      facts(linkedTo(), { linked: ended("done", requestHash) }),
      "ignored: already-linked",
    ],
    [
      "one that failed",
      facts(linkedTo(), { linked: ended("failed", requestHash) }),
      "ignored: already-linked",
    ],
    [
      "one that failed and was mended",
      facts(linkedTo(), { linked: ended("failed", "other") }),
      "create processing",
    ],
    [
      "one that was cancelled and is wanted again",
      facts(linkedTo(), { linked: ended("cancelled", "other") }),
      "create processing",
    ],
    [
      "one that moved after it was recorded",
      facts(linkedTo({ start: iso(NOW + HOUR) }), { linked: ended("done", requestHash) }),
      "create queued",
    ],
    [
      "one that was recorded and is no longer wanted",
      facts(linkedTo({ status: "draft" }), { linked: ended("done", requestHash) }),
      "ignored: no-bot-wanted",
    ],
    ["one with a link to nothing", facts(linkedTo()), "ignored: already-linked"],
    [
      "one whose room has a bot",
      facts(meetingWith(), { seated: started({ id: "seated" }) }),
      "join",
    ],
    [
      "one whose occurrence is recorded",
      facts(meetingWith(), { seated: ended("done", "other") }),
      "join",
    ],
    [
      "a wrong one whose room has a bot",
      facts(meetingWith({ bot_name: 7 }), { seated: started() }),
      "create failed",
    ],
    ["what this very call has made", facts(meetingWith({ bot_instance_id: "new" })), "repeated"],
    [
      "what this very call has made and has ended since",
      facts(meetingWith({ bot_instance_id: "new" }), { linked: ended("failed", "x") }),
      "repeated",
    ],
  ];
  for (const [what, given, expected] of cases) {
    it(`makes of ${what}: ${expected}`, () => {
      expect(kindOf(given)).to.equal(expected);
    });
  }

  it("copies what the user asked for and claims with the token that it was given", () => {
    const { instance } = created(facts(meetingWith({ bot_name: "Scribe", gcs_path: "a/b" })));
    expect(instance).to.deep.include({
      id: "new",
      meetingUrl: LINK,
      provider: "google",
      botName: "Scribe",
      gcsPath: "a/b",
      claimToken: "token",
      claimedBy: "controller",
      sessionKey: "room",
      meetings: ["meetings/one"],
      attempt: 1,
      maxAttempts: 3,
      requestHash,
      createdAt: NOW,
    });
  });

  it("wakes for a later meeting when its lead begins, unclaimed", () => {
    const { instance } = created(facts(meetingWith({ start: iso(NOW + HOUR) })));
    expect(instance).to.include({ wakeAt: NOW + HOUR - 2 * MINUTE, attempt: 0 });
    expect(instance).to.not.have.property("claimToken");
  });

  it("takes the seat of the occurrence for the new instance", () => {
    const { session } = created(facts(meetingWith({ start: iso(NOW + HOUR) })));
    expect(Object.keys(session?.seats ?? {})).to.deep.equal([iso(NOW + HOUR)]);
    expect(session?.seats[iso(NOW + HOUR)]).to.include({ instanceId: "new", status: "queued" });
  });

  it("takes no seat for a meeting that cannot be served", () => {
    expect(created(facts(meetingWith({ meeting_url: 7 })))).to.not.have.property("session");
  });

  it("says on the instance why a meeting cannot be served, in its own words", () => {
    const { instance } = created(facts(meetingWith({ meeting_url: "https://example.com/" })));
    expect(instance).to.include({ status: "failed", processedAt: NOW, wakeAt: undefined });
    expect(instance.error).to.include({ code: "UNSUPPORTED_URL", at: NOW });
  });

  it("links a meeting to the bot in its room once, however often it is asked", () => {
    const seated = started({ id: "seated", meetings: ["meetings/other"] });
    const joined = enqueue(facts(meetingWith(), { seated }), EVENT, AT);
    const meetings = ["meetings/other", "meetings/one"];
    expect(joined).to.deep.include({ kind: "join", instance: { ...seated, meetings } });
    const again = enqueue(facts(meetingWith(), { seated: { ...seated, meetings } }), EVENT, AT);
    expect(again).to.deep.equal(joined);
  });
});
