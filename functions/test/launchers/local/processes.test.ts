import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { until } from "../../../../test/eventually.ts";
import { identify, isAlive, signal } from "../../../src/launchers/local/processes.ts";

describe("the processes of this machine", () => {
  let child: ChildProcess;
  let pid: number;
  beforeEach(async () => {
    child = spawn("sleep", ["60"]);
    await once(child, "spawn");
    pid = Number(child.pid);
  });
  afterEach(() => child.kill("SIGKILL"));

  it("live until they end", async () => {
    const identity = await identify(pid);
    expect(await isAlive(identity)).to.equal(true);
    const exit = once(child, "exit");
    child.kill();
    await exit;
    expect(await isAlive(identity)).to.equal(false);
  });

  it("are told by their start from later ones of the same number", async () => {
    const { startTicks } = await identify(process.pid);
    expect(await isAlive({ pid, ...(startTicks && { startTicks }) })).to.equal(false);
  });

  it("are told by their number alone where there is nothing else", async () => {
    expect(await isAlive({ pid })).to.equal(true);
    const exit = once(child, "exit");
    child.kill();
    await exit;
    expect(await isAlive({ pid })).to.equal(false);
  });

  it("are dead before anybody has taken note of it", async () => {
    // The shell becomes a program that never asks what became of its child.
    const parent = spawn("sh", ["-c", "sleep 60 & echo $!; exec sleep 60"]);
    try {
      const [printed] = await once(parent.stdout, "data");
      const orphan = Number(String(printed));
      const identity = await identify(orphan);
      signal(orphan, "SIGKILL");
      await until(async () => / Z /.test(await readFile(`/proc/${orphan}/stat`, "utf8")));
      expect(await isAlive(identity)).to.equal(false);
    } finally {
      parent.kill("SIGKILL");
    }
  });

  it("that are gone cannot be signalled, which is no error", async () => {
    const exit = once(child, "exit");
    child.kill();
    await exit;
    expect(signal(pid, "SIGTERM")).to.equal(false);
  });
});
