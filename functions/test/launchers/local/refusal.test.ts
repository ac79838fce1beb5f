import type { Failure } from "@meeting-bot/core";
import { expect } from "chai";
import {
  explainNoFolder,
  explainNoProgram,
  explainNoSupervisor,
} from "../../../src/launchers/local/refusal.ts";
import { expectLaunchFailure } from "../launch-failure.ts";

const systemError = (code: string) => Object.assign(new Error(`the system says ${code}`), { code });

/** Which starting step meets which of the system's errors: how the user is told, and whether an operator has to mend it. */
const CASES: [
  step: (error: Error) => Failure,
  code: string,
  told: RegExp,
  needsOperator: boolean,
][] = [
  [(error) => explainNoProgram("bot", "x", error), "ENOENT", /set LOCAL_BOT_COMMAND/, true],
  [(error) => explainNoProgram("manager", "x", error), "EACCES", /may be executed/, true],
  [(error) => explainNoProgram("manager", "x", error), "EAGAIN", /no room .* process/, false],
  [(error) => explainNoProgram("bot", "x", error), "ENOMEM", /no room .* process/, false],
  [(error) => explainNoSupervisor(error), "EAGAIN", /no room .* process/, false],
  [(error) => explainNoSupervisor(error), "EMFILE", /no room .* process/, false],
  [(error) => explainNoSupervisor(error), "EIO", /could not be started/, false],
  [(error) => explainNoFolder("/runs", error), "EACCES", /may not write to \/runs/, true],
  [(error) => explainNoFolder("/runs", error), "EROFS", /set LOCAL_RUNS_DIR/, true],
  [(error) => explainNoFolder("/runs", error), "ENOSPC", /the room that its disk has/, false],
  [(error) => explainNoFolder("/runs", error), "ENOTDIR", /look at LOCAL_RUNS_DIR/, false],
];

describe("a refused local launch", () => {
  for (const [step, code, told, needsOperator] of CASES) {
    it(`after ${code} is told as ${told}`, () => {
      const refused = step(systemError(code));
      expectLaunchFailure(refused, needsOperator);
      expect(refused.message).to.match(told);
      expect(refused.platformReason).to.equal(`the system says ${code}`);
    });
  }
});
