import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "chai";
import { killMarked } from "../../src/supervisor/marked-processes.ts";

describe("killMarked", () => {
  const { kill } = process;
  let echo: ChildProcessWithoutNullStreams;

  beforeEach(async () => {
    const env = { ...process.env, KILL_MARKED_TEST: String(process.pid) };
    echo = spawn("cat", { env });
    await once(echo, "spawn");
  });
  afterEach(() => {
    process.kill = kill;
    echo.kill("SIGKILL");
  });

  it("kills what carries the entry and nothing else", async () => {
    await killMarked("KILL_MARKED_TEST=other");
    echo.stdin.write("alive");
    expect(String(await once(echo.stdout, "data"))).to.equal("alive");
    const exited = once(echo, "exit");
    await killMarked(`KILL_MARKED_TEST=${process.pid}`);
    expect(await exited).to.deep.equal([null, "SIGKILL"]);
  });

  it("pauses between two rounds while a process does not go", async () => {
    const kills: number[] = [];
    // Only a defective kernel has processes that survive the signal: it is held back from this one.
    process.kill = (pid, signal) => kills.push(performance.now()) < 4 || kill(pid, signal);
    await killMarked(`KILL_MARKED_TEST=${process.pid}`);
    const pauses = kills.slice(1).map((at, i) => at - (kills[i] ?? 0));
    expect(pauses).to.have.lengthOf.at.least(3);
    // A timer may come a millisecond early.
    for (const pause of pauses) expect(pause).to.be.at.least(49);
  });
});
