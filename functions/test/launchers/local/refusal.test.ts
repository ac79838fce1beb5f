import { expect } from "chai";
import {
  explainNoFolder,
  explainNoProgram,
  explainNoSupervisor,
} from "../../../src/launchers/local/refusal.ts";

const systemError = (code: string) => Object.assign(new Error(`the system says ${code}`), { code });

/** Which starting step meets which of the system's errors: how the user is told, and whether it may pass. */
const CASES: [step: (error: Error) => object, code: string, told: RegExp, retryable: boolean][] = [
  [(error) => explainNoProgram("bot", "x", error), "ENOENT", /set LOCAL_BOT_COMMAND/, false],
  [(error) => explainNoProgram("manager", "x", error), "EACCES", /may be executed/, false],
  [(error) => explainNoProgram("manager", "x", error), "EAGAIN", /no room .* process/, true],
  [(error) => explainNoProgram("bot", "x", error), "ENOMEM", /no room .* process/, true],
  [(error) => explainNoSupervisor(error), "EAGAIN", /no room .* process/, true],
  [(error) => explainNoSupervisor(error), "EMFILE", /no room .* process/, true],
  [(error) => explainNoSupervisor(error), "EIO", /could not be started/, true],
  [(error) => explainNoFolder("/runs", error), "EACCES", /may not write to \/runs/, false],
  [(error) => explainNoFolder("/runs", error), "EROFS", /set LOCAL_RUNS_DIR/, false],
  [(error) => explainNoFolder("/runs", error), "ENOSPC", /the room that its disk has/, true],
  [(error) => explainNoFolder("/runs", error), "ENOTDIR", /look at LOCAL_RUNS_DIR/, true],
];

describe("a refused local launch", () => {
  for (const [step, code, told, retryable] of CASES) {
    it(`after ${code} is told as ${told}`, () => {
      const { message, ...rest } = step(systemError(code)) as { message: string };
      expect(message).to.match(told);
      expect(rest).to.deep.equal({
        code: "LAUNCH_FAILED",
        stage: "launch",
        retryable,
        platformReason: `the system says ${code}`,
      });
    });
  }
});
