import { expect } from "chai";
import { MAX_MEETINGS } from "../../src/bot-instance/bot-instance.ts";
import { DAY, HOUR, MINUTE } from "../../src/time.ts";
import { LINK, NOW } from "../support/instances.ts";
import {
  afterPlan,
  factsOf,
  iso,
  linkedMeeting,
  linkOf,
  MADE_AT,
  meetingWith,
  PATH,
  planOf,
  sentFor,
  waitingFor,
} from "../support/meetings.ts";

const LATER = NOW + HOUR;
const ASKED = meetingWith({ start: iso(LATER) });
/** The link of another meeting that shares the bot of `asked`. */
const fellow = (asked = ASKED, fields: object = {}) =>
  linkOf(waitingFor(asked), { meetingPath: "meetings/two", ...fields });

describe("a new bot", () => {
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
      meetingPath: PATH,
      wantedLinks: 1,
      attempt: 1,
      maxAttempts: 3,
      requestHash: meeting.requestHash,
      createdAt: NOW,
    });
    expect(plan.created).to.not.have.any.keys("anchorAt", "meetings", "takesOverFrom");
    expect(plan.instance).to.equal(plan.created);
  });

  it("has the meeting linked to it, with what that asks for", () => {
    const meeting = meetingWith({
      start: iso(LATER),
      end: iso(LATER + HOUR),
      recording_options: { formats: ["audio.mp3"] },
      recording_retry: "1",
    });
    expect(planOf(factsOf(meeting)).links).to.deep.equal([
      {
        instanceId: "new",
        meetingPath: PATH,
        link: {
          meetingPath: PATH,
          meetingCreatedAt: MADE_AT,
          organizationId: "org",
          requestHash: meeting.requestHash,
          detailsHash: meeting.detailsHash,
          retryServed: "1",
          joinedAt: NOW,
          state: "wanted",
          meetingUrl: LINK,
          startAt: LATER,
          endAt: LATER + HOUR,
          formats: ["audio.mp3"],
        },
      },
    ]);
  });

  it("wakes for a later meeting when its lead begins, unclaimed", () => {
    const { created } = planOf(factsOf(ASKED));
    expect(created).to.include({ wakeAt: LATER - 2 * MINUTE, attempt: 0, anchorAt: LATER });
    expect(created).to.not.have.property("claimToken");
  });

  it("takes a seat in its room, and is the one that is there once it is claimed", () => {
    const facts = factsOf(ASKED);
    const room = planOf(facts).sessions[facts.sessionKey];
    expect(room?.seats["new"]).to.include({ status: "queued", anchorAt: LATER, startAt: LATER });
    expect(room).to.include({ version: 1 }).and.not.have.property("currentId");
    const due = factsOf(meetingWith());
    expect(planOf(due).sessions[due.sessionKey]).to.include({ currentId: "new" });
  });

  it("takes no seat when it cannot be sent, and says why", () => {
    const plan = planOf(factsOf(meetingWith({ meeting_url: "https://example.com/" })));
    expect(plan.sessions).to.deep.equal({});
    expect(plan.created).to.include({ status: "failed", processedAt: NOW, wakeAt: undefined });
    expect(plan.created?.error).to.include({ code: "UNSUPPORTED_URL", at: NOW });
  });
});

describe("a meeting that joins a bot", () => {
  it("is counted, and asks its share of what the bot does", () => {
    const other = waitingFor(ASKED, { id: "other" });
    const wish = { end: iso(LATER + HOUR), recording_options: { formats: ["audio.mp3"] } };
    const { instance, links } = planOf(
      factsOf(meetingWith({ start: iso(LATER - MINUTE), ...wish }), undefined, [other]),
    );
    expect(instance).to.deep.include({
      id: "other",
      wantedLinks: 2,
      startAt: LATER - MINUTE,
      wakeAt: LATER - 3 * MINUTE,
      anchorAt: LATER,
      endAt: LATER + HOUR,
      recordingOptions: { formats: ["video.mp4", "audio.m4a", "audio.mp3"] },
    });
    expect(links.map(({ instanceId, link }) => [instanceId, link?.joinedAt])).to.deep.equal([
      ["other", NOW],
    ]);
  });

  it("gets a bot of its own beside one that has as many meetings as can share one", () => {
    const full = sentFor(meetingWith(), { id: "full", wantedLinks: MAX_MEETINGS });
    const plan = planOf(factsOf(meetingWith(), undefined, [full]));
    expect(plan.created).to.include({ id: "new", wantedLinks: 1 });
    const oneLess = { ...full, wantedLinks: MAX_MEETINGS - 1 };
    expect(planOf(factsOf(meetingWith(), undefined, [oneLess])).instance).to.include({
      id: "full",
      wantedLinks: MAX_MEETINGS,
    });
  });
});

describe("a meeting that leaves its bot", () => {
  const cancelled = linkedMeeting({ start: iso(LATER), status: "cancelled" }, ASKED);

  it("leaves it to the others, with what only it has asked for undone", () => {
    const end = LATER + 2 * HOUR;
    const shared = waitingFor(ASKED, { wantedLinks: 2, endAt: end, startAt: LATER - MINUTE });
    const link = linkOf(shared);
    const plan = planOf(factsOf(cancelled, shared, [], { link, fellows: [fellow()] }));
    expect(plan.instance).to.include({ status: "queued", wantedLinks: 1, startAt: LATER });
    expect(plan.instance).to.include({ endAt: undefined, wakeAt: LATER - 2 * MINUTE });
    expect(plan.instance).to.not.have.property("formerLinks");
    expect(plan.links).to.deep.equal([{ instanceId: "old", meetingPath: PATH }]);
    expect(plan.left).to.equal(undefined);
  });

  it("takes it along when it is the last, is told of the end, and frees the seat", () => {
    const alone = waitingFor(ASKED);
    const plan = planOf(factsOf(cancelled, alone));
    expect(plan.instance).to.include({ status: "cancelled", wakeAt: undefined, processedAt: NOW });
    expect(plan.instance).to.include({ wantedLinks: 0, formerLinks: 1 });
    expect(plan.links[0]?.link).to.include({ state: "former" });
    expect(plan.left).to.equal(plan.instance);
    const room = plan.sessions[String(alone.sessionKey)];
    expect(room?.seats["old"]).to.include({ status: "cancelled" });
  });

  it("lets a bot that is at work finish, and keeps its seat until then", () => {
    const linked = sentFor(ASKED);
    const plan = planOf(factsOf(cancelled, linked));
    expect(plan.instance).to.include({ status: "processing", cancelRequestedAt: NOW });
    const room = plan.sessions[String(linked.sessionKey)];
    expect(room?.seats["old"]).to.include({ status: "processing" });
  });
});

describe("a meeting that moves", () => {
  const moved = linkedMeeting({ start: iso(LATER + DAY) }, ASKED);

  it("frees one seat and takes another of the same room in one plan", () => {
    const facts = factsOf(moved, waitingFor(ASKED));
    const { seats } = planOf(facts).sessions[facts.sessionKey] ?? { seats: {} };
    expect(seats["old"]).to.include({ status: "cancelled" });
    expect(seats["new"]).to.include({ status: "queued", anchorAt: LATER + DAY });
  });

  it("frees the seat in the other room", () => {
    const elsewhere = { start: iso(LATER), meeting_url: "https://meet.google.com/xyz-defg-hij" };
    const left = waitingFor(ASKED);
    const facts = factsOf(linkedMeeting(elsewhere, ASKED), left);
    const { sessions } = planOf(facts);
    expect(Object.keys(sessions)).to.have.members([left.sessionKey, facts.sessionKey]);
  });

  it("joins the bot that is there already", () => {
    const there = waitingFor(meetingWith({ start: iso(LATER + DAY) }), { id: "there" });
    const plan = planOf(factsOf(moved, waitingFor(ASKED), [there]));
    expect(afterPlan(plan)["old"]).to.include({ status: "cancelled" });
    expect(plan.instance).to.include({ id: "there", wantedLinks: 2 });
  });

  it("leaves the bot to the others who have not moved", () => {
    const shared = waitingFor(ASKED, { wantedLinks: 2 });
    const plan = planOf(factsOf(moved, shared, [], { fellows: [fellow()] }));
    expect(afterPlan(plan)["old"]).to.include({ status: "queued", wantedLinks: 1 });
  });

  it("does not join the bot again that it leaves to others, though both are of one occurrence", () => {
    const occurrence = { occurrence_start_utc: iso(NOW) };
    const asked = meetingWith({ ...occurrence, start: iso(NOW) });
    const tomorrow = linkedMeeting({ ...occurrence, start: iso(NOW + DAY) }, asked);
    const shared = sentFor(asked, { wantedLinks: 2 });
    const plan = planOf(factsOf(tomorrow, shared, [], { fellows: [fellow(asked)] }));
    expect(afterPlan(plan)["old"]).to.include({ status: "processing", wantedLinks: 1 });
    expect(plan.created).to.include({ status: "queued", wakeAt: NOW + DAY - 2 * MINUTE });
  });

  it("is still shown what its bot has recorded, beside what the new one is about", () => {
    const facts = factsOf(moved, sentFor(ASKED));
    expect(planOf(facts).left).to.include({ id: "old", cancelRequestedAt: NOW });
  });
});
