import { expect } from "chai";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import { type LinkedMeeting, standingOf } from "../../src/meeting/linked-meeting.ts";
import { type ToldMeeting, tellingOf } from "../../src/meeting/telling.ts";
import { HOUR, MINUTE, SECOND } from "../../src/time.ts";
import { NOW } from "../support/instances.ts";
import { doneFor, iso, linkOf, MADE_AT, meetingWith, PATH, sentFor } from "../support/meetings.ts";

const ASKED = meetingWith({ start: iso(NOW - HOUR) });
const ENDED = NOW - MINUTE;
const done = (fields: Partial<BotInstance> = {}) => doneFor(ASKED, fields);
const failed = (fields: Partial<BotInstance> = {}) =>
  done({ status: "failed", outputs: [], ...fields });
const link = (fields: Partial<LinkedMeeting> = {}) => linkOf(done(), fields);
/** Of a meeting that has joined for now. */
const guest = (joinedAt: number, fields: Partial<LinkedMeeting> = {}) => {
  const { startAt: _, ...rest } = link({ joinedAt, ...fields });
  return rest;
};
const early = { createdAt: NOW - HOUR };

describe("where a link leads", () => {
  const cases: [what: string, link: LinkedMeeting, bot: BotInstance, standing: string][] = [
    ["of a bot at work", link(), sentFor(ASKED), "holds"],
    ["of a recording", link(), done(), "holds"],
    ["of a bot that gave way", link(), done({ mergedInto: "other" }), "moved"],
    ["of a bot that was tried again", link(), failed({ retriedBy: "other" }), "moved"],
    ["of one that was left last", link({ state: "former" }), failed({ retriedBy: "x" }), "holds"],
    ["of a guest that joined in time", guest(ENDED - 5 * SECOND - 1), done(early), "holds"],
    ["of a guest that joined when it had ended", guest(ENDED), done(early), "unserved"],
    ["of a guest that joined as it ended", guest(ENDED - 5 * SECOND), done(early), "unserved"],
    ["of a guest of a bot at work", guest(ENDED), sentFor(ASKED, early), "holds"],
    ["of a guest of a bot that stored nothing", guest(ENDED), failed(early), "holds"],
    [
      "of who had the bot sent, however short it recorded",
      guest(NOW),
      done({ createdAt: NOW }),
      "holds",
    ],
    ["of a copy whose start came before the end", link({ joinedAt: NOW }), done(early), "holds"],
    [
      "of a copy whose start came after the end",
      link({ joinedAt: ENDED - HOUR / 2, startAt: ENDED }),
      done(early),
      "unserved",
    ],
    [
      "of one whose bot gave way to one without a recording",
      link({ mergedFrom: "x" }),
      failed(),
      "unserved",
    ],
    [
      "of one whose bot gave way to one whose recording was erased",
      link({ mergedFrom: "x" }),
      done({ outputs: [], recordingErasedAt: NOW }),
      "holds",
    ],
  ];
  for (const [what, from, bot, standing] of cases) {
    it(`is \`${standing}\` ${what}`, () => {
      expect(standingOf(from, bot)).to.equal(standing);
    });
  }
});

describe("what a meeting is told of an instance", () => {
  const meeting = (fields: Partial<ToldMeeting> = {}): ToldMeeting => ({
    path: PATH,
    createdAt: MADE_AT,
    organizationId: "org",
    botInstanceId: "old",
    shownInstanceId: "old",
    ...fields,
  });
  const all = { kind: "tell", isAboutBot: true, hasResult: true };
  const former = link({ state: "former" });
  const { meetingCreatedAt: _, ...earlier } = link();
  const unlinked = { botInstanceId: undefined };
  const other = { organizationId: "other" };
  const cases: [what: string, facts: Parameters<typeof tellingOf>, expected: object][] = [
    ["that has recorded it", [link(), done(), meeting()], all],
    ["that is at work", [link(), sentFor(ASKED), meeting()], { ...all, hasResult: false }],
    ["that it has left last", [former, done(), meeting(unlinked)], all],
    [
      "that it has left for another one",
      [former, done(), meeting({ botInstanceId: "new" })],
      { ...all, isAboutBot: false },
    ],
    [
      "that it has left, after another one that it has left",
      [former, done(), meeting({ ...unlinked, shownInstanceId: "new" })],
      { ...all, isAboutBot: false },
    ],
    [
      "whose link its document has lost",
      [link(), done(), meeting(unlinked)],
      { ...all, isAboutBot: false },
    ],
    ["that the version before has linked", [earlier, done(), meeting()], all],
    ["that gave way", [link(), done({ mergedInto: "other" }), meeting()], { kind: "serve" }],
    ["when its document is gone", [link(), done(), undefined], { kind: "nothing" }],
    [
      "when its document was written again",
      [link(), done(), meeting({ createdAt: MADE_AT + 1 })],
      { kind: "nothing" },
    ],
    [
      "that shows and is another organisation's by now",
      [link(), done(), meeting(other)],
      { kind: "disown" },
    ],
    [
      "when it is another organisation's by now, and its bot too",
      [link(), done(), meeting({ ...other, botInstanceId: "new" })],
      { kind: "nothing" },
    ],
  ];
  for (const [what, facts, expected] of cases) {
    it(`is ${JSON.stringify(expected)} ${what}`, () => {
      expect(tellingOf(...facts)).to.deep.equal(expected);
    });
  }
});
