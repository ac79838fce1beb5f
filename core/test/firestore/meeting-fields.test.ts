import { Timestamp } from "@google-cloud/firestore";
import { expect } from "chai";
import { failure } from "../../src/errors.ts";
import { recordingChange, type Shown } from "../../src/firestore/meeting-fields.ts";
import { MINUTE } from "../../src/time.ts";
import { NOW, queued } from "../support/instances.ts";
import { doneFor, meetingWith, sentFor } from "../support/meetings.ts";

const ASKED = meetingWith();
const { requestHash, detailsHash } = ASKED;
const noted = { request_hash: requestHash, details_hash: detailsHash };
const atWork = { status: "processing", bot_instance_id: "old", phase: "joining" };
const done = doneFor(ASKED, { partial: false, processedAt: NOW });
const result = {
  video_uri: "gs://bucket/old/video.mp4",
  duration_seconds: 20,
  partial: false,
  recorded_by: "old",
};
const at = (ms: number) => Timestamp.fromMillis(ms);
const change = (recording: unknown, shown: Partial<Shown>) =>
  recordingChange(recording, { results: [], ...shown });

describe("what changes in a meeting's map", () => {
  it("is all of it where there is none, or something else is", () => {
    for (const odd of [undefined, null, "x", [1]]) {
      expect(change(odd, { bot: sentFor(ASKED), asked: ASKED })).to.deep.equal({
        fields: { recording: { ...atWork, ...noted } },
        gone: [],
      });
    }
  });

  it("is nothing where it says so already, whatever else is there", () => {
    const shown = { bot: sentFor(ASKED), asked: ASKED };
    expect(change({ ...atWork, ...noted, mine: { x: 1 } }, shown)).to.equal(undefined);
    const told = { ...atWork, ...result, recorded_at: at(NOW), status: "done" };
    const { phase: _, ...shownDone } = told;
    expect(change(shownDone, { bot: done, results: [done] })).to.equal(undefined);
    expect(change({ mine: 1 }, {})).to.equal(undefined);
  });

  it("is written by field path: what differs, and what is gone", () => {
    expect(change({ ...atWork, mine: 1 }, { bot: done, results: [done] })).to.deep.equal({
      fields: {
        "recording.status": "done",
        "recording.video_uri": result.video_uri,
        "recording.duration_seconds": 20,
        "recording.partial": false,
        "recording.recorded_by": "old",
        "recording.recorded_at": new Date(NOW),
      },
      gone: ["recording.phase"],
    });
  });

  it("keeps what was recorded last when another bot is at work", () => {
    const before = { ...result, recorded_at: at(NOW), status: "done", bot_instance_id: "old" };
    const next = sentFor(ASKED, { id: "next" });
    expect(change(before, { bot: next })).to.deep.equal({
      fields: {
        "recording.status": "processing",
        "recording.bot_instance_id": "next",
        "recording.phase": "joining",
      },
      gone: [],
    });
  });

  it("replaces the whole of it when another one has stored something, and only a later one", () => {
    const before = {
      ...result,
      recorded_by: "earlier",
      mp3_uri: "gs://b/x.mp3",
      recorded_at: at(NOW - 1),
    };
    const { fields, gone } = change(before, { results: [done] }) ?? {};
    expect(fields).to.include({ "recording.recorded_by": "old" });
    expect(gone).to.deep.equal(["recording.mp3_uri"]);
    expect(change({ ...before, recorded_at: at(NOW + 1) }, { results: [done] })).to.equal(
      undefined,
    );
  });

  it("keeps it when one that has stored nothing has ended", () => {
    const error = { ...failure("MISSED", "request", "It was over."), at: NOW };
    const failed = queued({ status: "failed", error, processedAt: NOW + 1 });
    const before = { ...result, recorded_at: at(NOW), status: "done" };
    const { fields, gone } = change(before, { bot: failed, results: [failed] }) ?? {};
    expect(fields).to.deep.equal({
      "recording.status": "failed",
      "recording.bot_instance_id": "instance",
      "recording.error": { code: "MISSED", message: "It was over." },
    });
    expect(gone).to.deep.equal([]);
  });

  it("forgets it when it was erased, or is another meeting's", () => {
    const before = { ...result, recorded_at: at(NOW) };
    const erased = { ...done, outputs: [], recordingErasedAt: NOW + MINUTE };
    expect(change(before, { results: [erased] })).to.deep.equal({
      fields: { "recording.erased_at": new Date(NOW + MINUTE) },
      gone: ["recording.video_uri", "recording.duration_seconds", "recording.partial"],
    });
    const { gone } = change(before, { bot: "cancelled", forgets: true }) ?? {};
    expect(gone).to.have.members(Object.keys(before).map((name) => `recording.${name}`));
  });

  it("tells when the next attempt is made, and no more once it is", () => {
    const error = { ...failure("BOT_CRASHED", "join", "It fell."), at: NOW };
    const pausing = sentFor(ASKED, { status: "queued", phase: undefined, error, wakeAt: NOW + 1 });
    expect(change({ ...atWork }, { bot: pausing })).to.deep.equal({
      fields: {
        "recording.error": { code: "BOT_CRASHED", message: "It fell." },
        "recording.next_attempt_at": new Date(NOW + 1),
      },
      gone: ["recording.phase"],
    });
    const shown = {
      ...atWork,
      error: { code: "BOT_CRASHED", message: "x" },
      next_attempt_at: at(NOW),
    };
    expect(change(shown, { bot: sentFor(ASKED) })).to.deep.equal({
      fields: {},
      gone: ["recording.error", "recording.next_attempt_at"],
    });
  });
});
