import { inspect } from "node:util";
import { expect } from "chai";
import { type Intent, parseMeeting } from "../../src/meeting/meeting.ts";
import { namingOf, namingSettings } from "../../src/settings/naming.ts";
import { readSettings } from "../../src/settings/read-settings.ts";
import { LINK, RULES } from "../support/instances.ts";

const NAMING = namingOf(readSettings(namingSettings, {})).meeting;
const parse = (status: unknown) => parseMeeting({ meeting_url: LINK, status }, NAMING, RULES);

describe("a meeting's status", () => {
  const known: [status: string, Intent][] = [
    ["scheduled", "record"],
    ["Scheduled", "record"],
    ["SCHEDULED", "record"],
    [" scheduled\n", "record"],
    ["cancelled", "cancel"],
    ["canceled", "cancel"],
    ["Cancelled", "cancel"],
    ["CANCELED ", "cancel"],
  ];
  for (const [status, intent] of known) {
    it(`means ${intent} where it is ${inspect(status)}`, () => {
      expect(parse(status)).to.include({ intent });
      expect(parse(status)).to.not.have.property("unknownStatus");
    });
  }

  const unknown: [status: unknown, told: string | undefined][] = [
    ["draft", "draft"],
    [" sheduled ", "sheduled"],
    ["x".repeat(1000), "x".repeat(64)],
    [`${"x".repeat(63)}\u{1f680}`, `${"x".repeat(63)}\ufffd`],
    ["", undefined],
    ["  ", undefined],
    [undefined, undefined],
    [null, undefined],
    [1, undefined],
    [["scheduled"], undefined],
    [{ scheduled: true }, undefined],
  ];
  for (const [status, told] of unknown) {
    it(`is ${told === undefined ? "not told" : "told"} where it is ${inspect(status).slice(0, 40)}`, () => {
      const { intent, unknownStatus } = parse(status);
      expect({ intent, unknownStatus }).to.deep.equal({ intent: "none", unknownStatus: told });
    });
  }
});
