import { expect } from "chai";
import type { BotInstance } from "../../src/bot-instance/bot-instance.ts";
import {
  hasRecorded,
  isFinishing,
  isInRoom,
  isThereForOthers,
} from "../../src/session/presence.ts";
import { claimed, NOW, queued, started } from "../support/instances.ts";

/** Whether it is there for others, may be in the room, has got in, or works on what it has recorded. */
type Presence = [others: boolean, inRoom: boolean, recorded: boolean, finishing: boolean];

const pausing = (fields: Partial<BotInstance> = {}) => queued({ claimedAt: NOW - 1, ...fields });
const recording = (fields: Partial<BotInstance> = {}) => started({ phase: "recording", ...fields });
const STORED = { progress: { bytesStored: 1 } };

describe("where a bot is", () => {
  const cases: [what: string, bot: BotInstance, expected: Presence][] = [
    ["waits for its time", queued(), [false, true, false, false]],
    ["was claimed", claimed(), [true, true, false, false]],
    ["is on its way", started(), [true, true, false, false]],
    ["is at the door", started({ phase: "waiting" }), [true, true, false, false]],
    ["records", recording(), [true, true, true, false]],
    ["is to come back after a crash", pausing(STORED), [true, true, true, false]],
    ["has stopped recording", recording({ recordingEndedAt: NOW }), [false, true, true, true]],
    ["was told to leave", recording({ cancelRequestedAt: NOW }), [false, true, true, false]],
    ["has a successor", recording({ succeededBy: "new" }), [false, true, true, false]],
    ["converts", started({ phase: "converting", ...STORED }), [false, false, true, true]],
    ["uploads", started({ phase: "uploading", ...STORED }), [false, false, true, true]],
    ["only finishes", pausing({ finishOnly: true, ...STORED }), [false, false, true, true]],
    ["is done", recording({ status: "done", phase: undefined }), [false, false, false, false]],
    ["has failed", started({ status: "failed", phase: undefined }), [false, false, false, false]],
    [
      "fetches a recording",
      started({ source: { uri: "gs://b/x", recordingId: "x" } }),
      [false, true, false, false],
    ],
  ];
  for (const [what, bot, expected] of cases) {
    it(`is [${expected.join(", ")}] for one that ${what}`, () => {
      const found = [isThereForOthers(bot), isInRoom(bot), hasRecorded(bot), isFinishing(bot)];
      expect(found).to.deep.equal(expected);
    });
  }
});
