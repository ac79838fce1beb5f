import { expect } from "chai";
import { judgeMeeting, readsAllowed, walked } from "../../src/meeting/backfill.ts";
import { parseMeeting, type UntrustedDocument } from "../../src/meeting/meeting.ts";
import { meetingFields } from "../../src/meeting/meeting-fields.ts";
import { DAY, HOUR, MINUTE } from "../../src/time.ts";
import { LINK, NAMING, NOW, RULES } from "../support/instances.ts";

const at = (ms: number) => new Date(NOW + ms).toISOString();

/** Judges a meeting with those fields, last written a minute ago unless it says when. */
function judged(fields: object, updatedAt = NOW - MINUTE) {
  const meeting = { meeting_url: LINK, status: "scheduled", ...fields };
  const judging = { rules: RULES, naming: NAMING.meeting };
  return judgeMeeting({ fields: meeting, updatedAt, readAt: NOW }, judging);
}

describe("judging a meeting that was found without its event", () => {
  it("leaves one alone that has a bot", () => {
    expect(judged({ bot_instance_id: "b" })).to.equal("has a bot");
  });

  for (const [what, fields, updatedAt] of [
    ["has ended", { start: at(-2 * HOUR), end: at(-MINUTE) }],
    ["began longer ago than a recording lasts", { start: at(-10 * HOUR - 1) }],
    ["asked for a bot at once, longer ago than a recording lasts", {}, NOW - 10 * HOUR - 1],
  ] as const) {
    it(`leaves one alone that ${what}`, () => {
      expect(judged(fields, updatedAt)).to.equal("over");
    });
  }

  for (const [what, fields] of [
    ["begins tomorrow", { start: at(24 * HOUR) }],
    ["has begun", { start: at(-HOUR) }],
    ["names no start", {}],
  ] as const) {
    it(`wants one that ${what} to be queued`, () => {
      expect(judged(fields)).to.equal("wanted");
    });
  }

  it("wants one that cannot be served to be told so", () => {
    expect(judged({ meeting_url: "https://example.com/" })).to.equal("wanted");
  });

  for (const [what, fields, judgement] of [
    ["asks for nothing", { status: "draft" }, "unwanted"],
    ["was cancelled and has no bot", { status: "cancelled" }, "unwanted"],
    [
      "was cancelled and still has its bot",
      { status: "cancelled", bot_instance_id: "b" },
      "wanted",
    ],
    [
      "asks for something else than its bot was sent for",
      { bot_instance_id: "b", recording: { request_hash: "other" } },
      "wanted",
    ],
    [
      "asked for something else, and is over",
      { bot_instance_id: "b", recording: { request_hash: "other" }, end: at(-MINUTE) },
      "over",
    ],
  ] as const) {
    it(`says of one that ${what}: ${judgement}`, () => {
      expect(judged(fields)).to.equal(judgement);
    });
  }

  it("needs no field of a meeting but those that are read", () => {
    const read = new Set<string>();
    const fields: UntrustedDocument = new Proxy(
      { meeting_url: "", status: "scheduled", recording: {} },
      {
        get(target, name) {
          read.add(String(name));
          return Reflect.get(target, name);
        },
      },
    );
    parseMeeting(fields, NAMING.meeting, RULES);
    const masked = meetingFields(NAMING.meeting).map((field) => field.split(".")[0]);
    expect(masked).to.include.members([...read]);
  });
});

describe("how many documents a walk may read", () => {
  const midnight = Date.UTC(2030, 0, 31);

  it("is a day's reads, spread over its hours", () => {
    const hours = [0, 1, 11, 23].map((hour) =>
      readsAllowed({ reads: 0 }, 2400, midnight + hour * HOUR),
    );
    expect(hours).to.deep.equal([100, 200, 1200, 2400]);
  });

  it("is what was not read before on the same day", () => {
    const progress = walked({ reads: 0 }, { reads: 130 }, midnight);
    expect(readsAllowed(progress, 2400, midnight)).to.equal(0);
    expect(readsAllowed(progress, 2400, midnight + HOUR)).to.equal(70);
    expect(readsAllowed(progress, 2400, midnight + DAY)).to.equal(100);
  });

  it("is never more than a day's, however small that is", () => {
    let progress = { reads: 0 };
    for (let hour = 0; hour < 24; hour += 1) {
      const now = midnight + hour * HOUR;
      progress = walked(progress, { reads: readsAllowed(progress, 5, now) }, now);
    }
    expect(progress).to.include({ reads: 5 });
  });

  it("goes on where the last page ended, and begins anew at the end", () => {
    const page = walked({ reads: 0 }, { after: "meetings/m", reads: 1 }, midnight);
    expect(page).to.deep.equal({ after: "meetings/m", day: "2030-01-31", reads: 1 });
    expect(walked(page, { reads: 1 }, midnight)).to.deep.equal({ day: "2030-01-31", reads: 2 });
  });
});
