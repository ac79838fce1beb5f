import { expect } from "chai";
import { fulfil, unite, type Wish, wishOf } from "../../src/session/union.ts";
import { HOUR, MINUTE } from "../../src/time.ts";
import { LINK, NOW, queued, started } from "../support/instances.ts";

const USUAL = ["video.mp4", "audio.m4a"];
const wish = (fields: Partial<Wish> = {}): Wish => ({ meetingUrl: LINK, ...fields });
const secret = wish({ meetingUrl: `${LINK}?pwd=1`, hasPasscode: true });

describe("what all ask for that share a bot", () => {
  const cases: [what: string, wishes: [Wish, ...Wish[]], expected: Partial<Wish>][] = [
    ["one", [wish({ startAt: NOW, endAt: NOW + 1 })], { startAt: NOW, endAt: NOW + 1 }],
    [
      "the earliest start",
      [wish({ startAt: NOW }), wish({ startAt: NOW - 1 })],
      { startAt: NOW - 1 },
    ],
    ["the latest end", [wish({ endAt: NOW }), wish({ endAt: NOW + 1 })], { endAt: NOW + 1 }],
    [
      "the times of who has some",
      [wish(), wish({ startAt: NOW, endAt: NOW + 1 })],
      { startAt: NOW, endAt: NOW + 1 },
    ],
    ["the usual formats", [wish(), wish()], {}],
    ["the formats of one", [wish({ formats: ["audio.mp3"] })], { formats: ["audio.mp3"] }],
    [
      "the formats of all, also those of who names none",
      [wish({ formats: ["audio.mp3"] }), wish(), wish({ formats: ["audio.m4a", "raw"] })],
      { formats: ["audio.mp3", "video.mp4", "audio.m4a", "raw"] },
    ],
    [
      "the first link that carries a passcode",
      [wish(), secret, { ...secret, meetingUrl: "x" }],
      secret,
    ],
  ];
  for (const [what, wishes, expected] of cases) {
    it(`is ${what}`, () => {
      expect(unite(wishes, USUAL)).to.deep.equal({ meetingUrl: LINK, ...expected });
    });
  }
});

describe("what an instance changes for that", () => {
  it("is nothing when it does all of it", () => {
    const instance = queued({
      startAt: NOW,
      endAt: NOW + HOUR,
      recordingOptions: { formats: ["raw"] },
    });
    expect(fulfil(instance, wishOf(instance))).to.deep.equal({});
    expect(fulfil(instance, { ...wishOf(instance), formats: ["raw"] })).to.deep.equal({});
  });

  it("is what differs, and of the options the formats alone", () => {
    const instance = queued({ endAt: NOW, recordingOptions: { preset: "slow", formats: ["raw"] } });
    const united = wish({ startAt: NOW, endAt: NOW + MINUTE, formats: ["raw", "audio.mp3"] });
    expect(fulfil(instance, united)).to.deep.equal({
      startAt: NOW,
      endAt: NOW + MINUTE,
      recordingOptions: { preset: "slow", formats: ["raw", "audio.mp3"] },
    });
    expect(fulfil(instance, wish())).to.deep.equal({
      endAt: undefined,
      recordingOptions: { preset: "slow" },
    });
  });

  it("is the link, unless the bot was sent with another one", () => {
    const { meetingUrl, hasPasscode } = secret;
    expect(fulfil(queued({ endAt: undefined }), secret)).to.deep.equal({ meetingUrl, hasPasscode });
    expect(fulfil(started({ endAt: undefined }), secret)).to.deep.equal({});
  });
});
