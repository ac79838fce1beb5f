import { expect } from "chai";
import { type Ending, explainEnding } from "../../../src/launchers/local/ending.ts";

const DONE = { code: 0, signal: null };
const KILLED = { code: null, signal: "SIGKILL" } as const;
const FAILED = { code: 13, signal: null };
const endedAt = Date.UTC(2030, 0, 31, 9);

/** What is written down of an end, and how it is told. */
const CASES: [ending: Ending, told: RegExp][] = [
  [{ why: "manager-ended", exits: { manager: DONE, bot: KILLED }, endedAt }, /^it ended as if all/],
  [{ why: "manager-ended", exits: { manager: FAILED, bot: DONE }, endedAt }, /exit code 13$/],
  [{ why: "manager-ended", exits: { manager: KILLED, bot: DONE }, endedAt }, /killed by SIGKILL$/],
  [
    { why: "timed-out", exits: { manager: KILLED, bot: DONE }, endedAt },
    /^it reached its time-out$/,
  ],
  [{ why: "cancelled", exits: { manager: DONE, bot: DONE }, endedAt }, /^it was cancelled/],
  [{ why: "vanished", endedAt }, /^it was killed or the machine was restarted$/],
];

describe("the end of a local execution", () => {
  for (const [ending, told] of CASES) {
    it(`is told as ${told}`, () => {
      const verdict = explainEnding(ending);
      expect(verdict.reason).to.match(told);
      expect(verdict).to.not.have.property("neverRan");
    });
  }

  for (const needsOperator of [true, false]) {
    it(`says of one that never ran whether only an operator can mend that (${needsOperator})`, () => {
      const ending: Ending = { why: "not-started", reason: "no room", needsOperator, endedAt };
      const told = { state: "ended", reason: "no room", neverRan: { needsOperator } };
      expect(explainEnding(ending)).to.deep.equal(told);
    });
  }
});
