import { expect } from "chai";
import { failure } from "../../src/errors.ts";
import { DAY, HOUR, MINUTE } from "../../src/time.ts";
import { NOW } from "../support/instances.ts";
import {
  afterPlan,
  factsOf,
  iso,
  linkedMeeting,
  linkOf,
  meetingWith,
  planOf,
  sentFor,
  waitingFor,
} from "../support/meetings.ts";

const LATER = NOW + HOUR;
const ASKED = meetingWith({ start: iso(LATER) });

describe("a new plan for a bot that waits", () => {
  it("takes over everything that is asked for, and nothing of what was", () => {
    const asked = meetingWith({ start: iso(LATER), end: iso(NOW + DAY), timezone: "UTC" });
    const edited = linkedMeeting(
      { start: iso(LATER), recording_options: { preset: "fast" } },
      asked,
    );
    expect(planOf(factsOf(edited, waitingFor(asked))).instance).to.deep.include({
      id: "old",
      status: "queued",
      recordingOptions: { preset: "fast" },
      endAt: undefined,
      timezone: undefined,
    });
  });

  it("writes only what changes, and nothing that others wrote, whatever they called it", () => {
    const asked = meetingWith({ start: iso(LATER), timezone: "UTC" });
    const theirs = { "a.b": 1, "[~*`": 2, theirName: { deep: [1] } };
    const bot = Object.assign(waitingFor(asked), theirs);
    const fields = { start: iso(LATER), bot_name: "Scribe", end: iso(NOW + DAY) };
    const [change] = planOf(factsOf(linkedMeeting(fields, asked), bot)).changed;
    expect(change?.patch).to.deep.equal({
      botName: "Scribe",
      timezone: undefined,
      endAt: NOW + DAY,
      updatedAt: NOW,
    });
  });

  it("notes with the link what is asked for now", () => {
    const edited = linkedMeeting({ start: iso(LATER), end: iso(NOW + DAY) }, ASKED);
    const [link] = planOf(factsOf(edited, waitingFor(ASKED))).links;
    const { requestHash, detailsHash } = edited;
    expect(link?.link).to.include({ requestHash, detailsHash, joinedAt: NOW - MINUTE });
  });

  it("wakes it for the new start of its occurrence, which itself never moves", () => {
    const occurrence = { occurrence_start_utc: iso(LATER) };
    const asked = meetingWith({ ...occurrence, start: iso(LATER) });
    const facts = factsOf(
      linkedMeeting({ ...occurrence, start: iso(NOW + DAY) }, asked),
      waitingFor(asked),
    );
    const plan = planOf(facts);
    const times = { startAt: NOW + DAY, anchorAt: LATER };
    expect(plan.instance).to.include({ wakeAt: NOW + DAY - 2 * MINUTE, ...times });
    expect(plan.sessions[facts.sessionKey]?.seats["old"]).to.include(times);
  });

  it("sends it at once when it is due now", () => {
    const occurrence = { occurrence_start_utc: iso(LATER) };
    const asked = meetingWith({ ...occurrence, start: iso(LATER) });
    const moved = linkedMeeting({ ...occurrence, start: iso(NOW) }, asked);
    expect(planOf(factsOf(moved, waitingFor(asked))).instance).to.include({
      status: "processing",
      claimToken: "token",
      attempt: 1,
    });
  });

  it("does what all ask for that share it", () => {
    const shared = waitingFor(ASKED, { wantedLinks: 2 });
    const fellow = linkOf(shared, { meetingPath: "meetings/two", endAt: NOW + DAY });
    const fields = { start: iso(LATER + MINUTE), end: iso(LATER + HOUR) };
    const { instance } = planOf(
      factsOf(linkedMeeting(fields, ASKED), shared, [], { fellows: [fellow] }),
    );
    expect(instance).to.include({ startAt: LATER, endAt: NOW + DAY });
  });

  it("is the first one's alone, but for what all have a say in", () => {
    const shared = waitingFor(ASKED, { wantedLinks: 2 });
    const link = linkOf(shared, { joinedAt: shared.createdAt + 1 });
    const fellow = linkOf(shared, { meetingPath: "meetings/two" });
    const fields = {
      start: iso(LATER),
      bot_name: "Scribe",
      recording_options: { preset: "slow", formats: ["audio.mp3"] },
    };
    const { instance } = planOf(
      factsOf(linkedMeeting(fields, ASKED), shared, [], { link, fellows: [fellow] }),
    );
    expect(instance.botName).to.equal(undefined);
    expect(instance.recordingOptions).to.deep.equal({
      formats: ["audio.mp3", "video.mp4", "audio.m4a"],
    });
  });
});

describe("a new plan for a bot that was sent", () => {
  const on = meetingWith({ start: iso(NOW) });

  it("is its end, and what only later attempts read", () => {
    const fields = {
      start: iso(NOW),
      end: iso(NOW + HOUR),
      bot_name: "Scribe",
      gcs_path: "a/b",
      recording_options: { preset: "slow" },
    };
    const [change] = planOf(factsOf(linkedMeeting(fields, on), sentFor(on))).changed;
    expect(change?.patch).to.deep.equal({
      endAt: NOW + HOUR,
      recordingOptions: { preset: "slow" },
      updatedAt: NOW,
    });
  });

  it("is a mended link for the next attempt, as long as no bot is in the room", () => {
    const zoom = { start: iso(NOW), meeting_url: "https://zoom.us/j/912345678" };
    const asked = meetingWith(zoom);
    const mended = linkedMeeting({ ...zoom, meeting_url: `${zoom.meeting_url}?pwd=x` }, asked);
    const pausing = sentFor(asked, { status: "queued", phase: undefined, wakeAt: NOW + MINUTE });
    expect(planOf(factsOf(mended, sentFor(asked))).instance.meetingUrl).to.equal(zoom.meeting_url);
    expect(planOf(factsOf(mended, pausing)).instance).to.include({
      meetingUrl: `${zoom.meeting_url}?pwd=x`,
      hasPasscode: true,
    });
  });

  it("keeps what its attempts so far have come to, and its pause", () => {
    const error = { ...failure("BOT_CRASHED", "join", "It fell."), at: NOW - MINUTE };
    const kept = { attempt: 1, launchFailures: 2, wakeAt: NOW + MINUTE, error };
    const bot = sentFor(on, { status: "queued", phase: undefined, ...kept });
    const edited = linkedMeeting({ start: iso(NOW), end: iso(NOW + HOUR) }, on);
    const after = planOf(factsOf(edited, bot)).instance;
    expect(after).to.deep.include({ status: "queued", endAt: NOW + HOUR, ...kept });
  });

  it("leaves it where it is when its meeting, which is on, loses its start", () => {
    for (const bot of [sentFor(on), waitingFor(on)]) {
      const plan = planOf(factsOf(linkedMeeting({}, on), bot));
      expect(plan.instance).to.include({ id: "old", status: "processing", anchorAt: NOW });
      expect(plan.created).to.equal(undefined);
    }
  });
});

describe("a meeting whose bot gave way to another one", () => {
  const on = meetingWith({ start: iso(NOW) });
  const merged = sentFor(on, { status: "cancelled", phase: undefined, mergedInto: "other" });
  const survivor = sentFor(meetingWith(), { id: "other", wantedLinks: 2 });
  const plan = () =>
    planOf(factsOf(linkedMeeting({ start: iso(NOW) }, on), merged, [], { survivor }));

  it("is moved to that one, which counts it already", () => {
    expect(afterPlan(plan())["other"]).to.include({ wantedLinks: 2 });
    expect(plan().instance).to.include({ id: "other" });
    expect(
      plan().links.map(({ instanceId, link }) => [instanceId, link?.mergedFrom]),
    ).to.deep.equal([
      ["old", undefined],
      ["other", "old"],
    ]);
    expect(plan().links[0]?.link).to.equal(undefined);
  });

  it("needs one of its own when that one has recorded nothing", () => {
    const failed = { ...survivor, status: "failed", phase: undefined, wakeAt: undefined } as const;
    const facts = factsOf(linkedMeeting({ start: iso(NOW) }, on), merged, [], { survivor: failed });
    const after = planOf(facts);
    expect(after.created).to.include({ id: "new", status: "processing" });
    expect(afterPlan(after)["other"]).to.include({ wantedLinks: 1 });
  });
});
