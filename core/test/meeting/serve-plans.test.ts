import { expect } from "chai";
import { MAX_MEETINGS } from "../../src/bot-instance/bot-instance.ts";
import { failure } from "../../src/errors.ts";
import { DAY, HOUR, MINUTE } from "../../src/time.ts";
import { LINK, NOW } from "../support/instances.ts";
import {
  afterPlan,
  factsOf,
  iso,
  linkedMeeting,
  meetingWith,
  PATH,
  planOf,
  sentFor,
  waitingFor,
} from "../support/meetings.ts";

const LATER = iso(NOW + HOUR);
const ASKED = meetingWith({ start: LATER });

describe("a new bot", () => {
  const createdFor = (fields: Record<string, unknown> = {}) =>
    planOf(factsOf(meetingWith(fields))).created;

  it("is asked for what the user asked for, and claimed with the token that was minted", () => {
    const meeting = meetingWith({ bot_name: "Scribe", gcs_path: "a/b" });
    const facts = factsOf(meeting);
    const plan = planOf(facts);
    expect(plan.created).to.deep.include({
      id: "new",
      meetingUrl: LINK,
      provider: "google",
      botName: "Scribe",
      gcsPath: "a/b",
      claimToken: "token",
      claimedBy: "controller",
      sessionKey: facts.sessionKey,
      meetings: [PATH],
      attempt: 1,
      maxAttempts: 3,
      requestHash: meeting.requestHash,
      createdAt: NOW,
    });
    expect(plan.instance).to.equal(plan.created);
  });

  it("wakes for a later meeting when its lead begins, unclaimed", () => {
    const created = createdFor({ start: LATER });
    expect(created).to.include({ wakeAt: NOW + HOUR - 2 * MINUTE, attempt: 0 });
    expect(created).to.not.have.property("claimToken");
  });

  it("takes the seat of its occurrence", () => {
    const facts = factsOf(ASKED);
    const { seats } = planOf(facts).sessions[facts.sessionKey] ?? { seats: {} };
    expect(Object.keys(seats)).to.deep.equal([LATER]);
    expect(seats[LATER]).to.include({ instanceId: "new", status: "queued", startAt: NOW + HOUR });
  });

  it("takes no seat when it cannot be sent, and says why", () => {
    const plan = planOf(factsOf(meetingWith({ meeting_url: "https://example.com/" })));
    expect(plan.sessions).to.deep.equal({});
    expect(plan.created).to.include({ status: "failed", processedAt: NOW, wakeAt: undefined });
    expect(plan.created?.error).to.include({ code: "UNSUPPORTED_URL", at: NOW });
  });
});

describe("a meeting that joins a bot", () => {
  it("is linked once, however often it is asked for", () => {
    const other = sentFor(ASKED, { id: "other", meetings: ["meetings/other"] });
    const { instance } = planOf(factsOf(ASKED, undefined, [other]));
    const meetings = ["meetings/other", PATH];
    expect(instance).to.deep.equal({ ...other, meetings });
    const again = planOf(factsOf(ASKED, undefined, [instance]));
    expect(again.instance).to.deep.equal(instance);
  });
});

describe("a bot that has as many meetings as can share one", () => {
  it("takes no more: the next gets a bot of its own, which those after it join", () => {
    const many = Array.from({ length: MAX_MEETINGS }, (_, index) => `meetings/${index}`);
    const full = sentFor(ASKED, { id: "full", meetings: many });
    const facts = factsOf(ASKED, undefined, [full]);
    const plan = planOf(facts);
    expect(plan.created).to.deep.include({ id: "new", meetings: [PATH] });
    expect(plan.changed).to.deep.equal([]);
    const { seats } = plan.sessions[facts.sessionKey] ?? { seats: {} };
    expect(seats[LATER]).to.include({ instanceId: "new" });
    const oneLess = sentFor(ASKED, { id: "other", meetings: many.slice(1) });
    expect(planOf(factsOf(ASKED, undefined, [oneLess])).instance).to.include({ id: "other" });
  });
});

describe("a meeting that leaves its bot", () => {
  const cancelled = linkedMeeting({ start: LATER, status: "cancelled" }, ASKED);

  it("leaves it to the others", () => {
    const shared = waitingFor(ASKED, { meetings: [PATH, "meetings/two"] });
    const plan = planOf(factsOf(cancelled, shared));
    expect(plan.instance).to.deep.equal({ ...shared, meetings: ["meetings/two"] });
    expect(plan.sessions).to.deep.equal({});
  });

  it("takes it along when it is the last, and frees the seat", () => {
    const alone = waitingFor(ASKED);
    const plan = planOf(factsOf(cancelled, alone));
    expect(plan.instance).to.include({ status: "cancelled", wakeAt: undefined, processedAt: NOW });
    const { seats } = plan.sessions[String(alone.sessionKey)] ?? { seats: {} };
    expect(seats[LATER]).to.include({ instanceId: "old", status: "cancelled" });
  });

  it("lets a bot that is at work finish, and keeps its seat until then", () => {
    const plan = planOf(factsOf(cancelled, sentFor(ASKED)));
    expect(plan.instance).to.include({ status: "processing", cancelRequestedAt: NOW });
    expect(plan.sessions).to.deep.equal({});
  });
});

describe("a meeting that moves", () => {
  it("frees one seat and takes another of the same room in one plan", () => {
    const moved = linkedMeeting({ start: iso(NOW + DAY) }, ASKED);
    const facts = factsOf(moved, waitingFor(ASKED));
    const { seats } = planOf(facts).sessions[facts.sessionKey] ?? { seats: {} };
    expect(seats[LATER]).to.include({ instanceId: "old", status: "cancelled" });
    expect(seats[iso(NOW + DAY)]).to.include({ instanceId: "new", status: "queued" });
  });

  it("frees the seat in the other room", () => {
    const moved = linkedMeeting({ start: LATER, creator_organization_id: "other" }, ASKED);
    const left = waitingFor(ASKED);
    const facts = factsOf(moved, left);
    const { sessions } = planOf(facts);
    expect(Object.keys(sessions)).to.have.members([left.sessionKey, facts.sessionKey]);
  });

  it("joins the bot that is there already", () => {
    const moved = linkedMeeting({ start: iso(NOW + DAY) }, ASKED);
    const there = waitingFor(meetingWith({ start: iso(NOW + DAY) }), {
      id: "there",
      meetings: ["meetings/two"],
    });
    const plan = planOf(factsOf(moved, waitingFor(ASKED), [there]));
    expect(afterPlan(plan)["old"]).to.include({ status: "cancelled" });
    expect(plan.instance).to.deep.include({ id: "there", meetings: ["meetings/two", PATH] });
  });

  it("leaves the bot to the others who have not moved", () => {
    const moved = linkedMeeting({ start: iso(NOW + DAY) }, ASKED);
    const shared = waitingFor(ASKED, { meetings: [PATH, "meetings/two"] });
    expect(afterPlan(planOf(factsOf(moved, shared)))["old"]).to.deep.include({
      status: "queued",
      meetings: ["meetings/two"],
    });
  });

  it("gets another bot for tomorrow although its occurrence has one in the room", () => {
    const occurrence = { occurrence_start_utc: iso(NOW), start: iso(NOW) };
    const asked = meetingWith(occurrence);
    const moved = linkedMeeting({ ...occurrence, start: iso(NOW + DAY) }, asked);
    const plan = planOf(factsOf(moved, sentFor(asked)));
    expect(afterPlan(plan)["old"]).to.deep.include({ cancelRequestedAt: NOW, meetings: [] });
    expect(plan.created).to.include({ status: "queued", wakeAt: NOW + DAY - 2 * MINUTE });
  });
});

describe("a new plan for a bot that waits", () => {
  it("takes over everything that is asked for, and nothing of what was", () => {
    const asked = meetingWith({ start: LATER, end: iso(NOW + DAY), timezone: "UTC" });
    const bot = waitingFor(asked, { meetings: [PATH, "meetings/two"] });
    const edited = linkedMeeting({ start: LATER, recording_options: { preset: "fast" } }, asked);
    const { instance } = planOf(factsOf(edited, bot));
    expect(instance).to.deep.include({
      id: "old",
      status: "queued",
      recordingOptions: { preset: "fast" },
      requestHash: edited.requestHash,
      meetings: [PATH, "meetings/two"],
      endAt: undefined,
      timezone: undefined,
    });
  });

  it("writes only what changes, and nothing that others wrote, whatever they called it", () => {
    const asked = meetingWith({ start: LATER, timezone: "UTC" });
    const theirs = { "a.b": 1, "[~*`": 2, theirName: { deep: [1] } };
    const bot = Object.assign(waitingFor(asked), theirs);
    const edited = linkedMeeting({ start: LATER, bot_name: "Scribe", end: iso(NOW + DAY) }, asked);
    const [change] = planOf(factsOf(edited, bot)).changed;
    expect(change?.patch).to.deep.equal({
      botName: "Scribe",
      timezone: undefined,
      endAt: NOW + DAY,
      requestHash: edited.requestHash,
      wakeAt: NOW + HOUR - 2 * MINUTE,
      updatedAt: NOW,
    });
  });

  it("wakes it for the new start of its occurrence", () => {
    const occurrence = { occurrence_start_utc: LATER };
    const asked = meetingWith({ ...occurrence, start: LATER });
    const moved = linkedMeeting({ ...occurrence, start: iso(NOW + DAY) }, asked);
    const facts = factsOf(moved, waitingFor(asked));
    const plan = planOf(facts);
    expect(plan.instance).to.include({ wakeAt: NOW + DAY - 2 * MINUTE, startAt: NOW + DAY });
    expect(plan.sessions[facts.sessionKey]?.seats[LATER]).to.include({ startAt: NOW + DAY });
  });

  it("sends it at once when it is due now", () => {
    const occurrence = { occurrence_start_utc: LATER };
    const asked = meetingWith({ ...occurrence, start: LATER });
    const moved = linkedMeeting({ ...occurrence, start: iso(NOW) }, asked);
    expect(planOf(factsOf(moved, waitingFor(asked))).instance).to.include({
      status: "processing",
      claimToken: "token",
      attempt: 1,
    });
  });

  it("keeps what its attempts so far have come to", () => {
    const asked = meetingWith({ start: iso(NOW) });
    const error = { ...failure("BOT_CRASHED", "join", "It fell."), at: NOW - MINUTE };
    const phaseAt = { claimed: NOW - HOUR };
    const bot = waitingFor(asked, { attempt: 1, launchFailures: 2, phaseAt, error });
    const edited = linkedMeeting({ start: iso(NOW), end: iso(NOW + HOUR) }, asked);
    expect(planOf(factsOf(edited, bot)).instance).to.deep.include({
      attempt: 2,
      launchFailures: 2,
      phaseAt,
    });
  });

  it("leaves it where it is when its meeting, which is on, only loses its start", () => {
    const asked = meetingWith({ start: iso(NOW) });
    const plan = planOf(factsOf(linkedMeeting({}, asked), waitingFor(asked)));
    expect(plan.instance).to.include({ id: "old", status: "processing" });
    expect(plan.created).to.equal(undefined);
  });
});
