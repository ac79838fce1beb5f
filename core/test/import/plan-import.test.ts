import { expect } from "chai";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { importIdOf } from "../../src/import/finished-recording.ts";
import { newMeetingFields, planImport } from "../../src/import/plan-import.ts";
import type { Meeting } from "../../src/meeting/meeting.ts";
import { AT, LINK, NAMING, NOW, queued } from "../support/instances.ts";
import { linkedMeeting, meetingWith } from "../support/meetings.ts";
import { recorded, URI } from "./imports.ts";

const NEW = "meetings/new";

function waitingIn(instance: BotInstance, meetings: Meeting[] = [linkedMeeting()]) {
  const paths = ["meetings/one", "meetings/two"];
  return {
    instance,
    meetings: meetings.map((meeting, index) => ({
      path: paths[index] ?? "",
      createdAt: NOW,
      meeting,
    })),
  };
}

describe("importing a recording that nobody waits for", () => {
  it("makes an instance that is due at once, and asks for nothing else", () => {
    const recording = recorded({ userId: "ada", durationSeconds: 90 });
    expect(planImport(recording, undefined, NEW, AT)).to.deep.equal({
      created: {
        id: importIdOf("rec-1"),
        status: "queued",
        source: { uri: URI, recordingId: "rec-1", durationSeconds: 90 },
        meetingUrl: LINK,
        creatorOrganizationId: "org",
        creatorUserId: "ada",
        phaseAt: {},
        wakeAt: NOW,
        meetingPath: NEW,
        wantedLinks: 1,
        attempt: 0,
        maxAttempts: 3,
        launchFailures: 0,
        createdAt: NOW,
        updatedAt: NOW,
      },
    });
  });

  it("makes a meeting of what is known, which asks for no bot", () => {
    const fields = newMeetingFields(recorded({ userId: "ada" }), NAMING.meeting);
    expect(fields).to.deep.equal({
      status: "recorded",
      meeting_url: LINK,
      creator_organization_id: "org",
      creator_user_id: "ada",
    });
    expect(meetingWith(fields).intent).to.equal("none");
  });

  it("leaves out what it does not know, and a status that would ask for something", () => {
    const bare = { link: undefined, organizationId: undefined };
    const naming = { ...NAMING.meeting, statusValues: ["recorded"] };
    expect(newMeetingFields(recorded(bare), naming)).to.deep.equal({});
  });
});

describe("importing a recording that meetings wait for", () => {
  const failed = queued({
    id: "old",
    status: "failed",
    wantedLinks: 2,
  });

  it("does it in their name, and as the first asks for", () => {
    const options = { formats: ["audio.mp3"] };
    const meeting = linkedMeeting({
      gcs_path: "acme/standup",
      recording_options: options,
      creator_user_id: "bob",
      start: new Date(NOW).toISOString(),
    });
    const waiting = waitingIn(failed, [meeting, linkedMeeting()]);
    const { created, released } = planImport(recorded({ userId: "ada" }), waiting, NEW, AT);
    expect(created).to.include({ meetingUrl: LINK, gcsPath: "acme/standup", creatorUserId: "bob" });
    expect(created.recordingOptions).to.deep.equal(options);
    expect(created).to.include({ meetingPath: "meetings/one", wantedLinks: 2 });
    expect(created).not.to.have.any.keys("startAt", "requestHash", "sessionKey");
    expect(released).to.deep.equal({ instance: failed, patch: { wantedLinks: 0 } });
  });

  it("does not do as a meeting asks for that cannot be used", () => {
    const wrong = linkedMeeting({ gcs_path: "../elsewhere", recording_options: { crf: "?" } });
    const { created } = planImport(recorded(), waitingIn(failed, [wrong]), NEW, AT);
    expect(created.gcsPath).to.equal(undefined);
    expect(created.recordingOptions).to.equal(undefined);
    expect(created.creatorOrganizationId).to.equal("org");
  });

  it("cancels the bot that was to be sent, unless others wait for it", () => {
    const waits = queued({ id: "old" });
    const alone = planImport(recorded(), waitingIn(waits), NEW, AT).released;
    expect(alone?.instance).to.equal(waits);
    expect(alone?.patch).to.include({ status: "cancelled", wantedLinks: 0 });
    const shared = { ...waits, wantedLinks: 2 };
    expect(planImport(recorded(), waitingIn(shared), NEW, AT).released?.patch).to.deep.equal({
      wantedLinks: 1,
    });
  });
});
