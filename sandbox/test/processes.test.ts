import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { until } from "../../test/eventually.ts";
import { listProcesses } from "../src/process-tree.ts";
import { type RunningProcess, startProcess } from "../src/processes.ts";

/** Prints the pid of a child that leads its own group, as firebase-tools starts Java. */
const WITH_DETACHED_CHILD = `
  const { spawn } = require("node:child_process");
  const child = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
  console.log("child", child.pid);
  setInterval(() => {}, 1000);`;

describe("startProcess", () => {
  let folder: string;
  let running: RunningProcess | undefined;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "processes-test-"));
  });

  afterEach(() => running?.stop(0));
  after(() => rm(folder, { recursive: true }));

  const start = async (script: string) => {
    const logFile = join(folder, "logs", "program.log");
    const args = ["-e", script];
    running = await startProcess({ command: process.execPath, args, env: {}, logFile });
    return running;
  };

  const runs = async (pid: number) => (await listProcesses()).some((entry) => entry.pid === pid);

  const errorOf = (promise: Promise<unknown>) =>
    promise.then(
      () => "",
      (error: Error) => error.message,
    );

  it("gives the line that is waited for, also when it was printed before", async () => {
    const program = await start(
      `console.log("one"); console.log("two"); setInterval(() => {}, 99)`,
    );
    expect(await program.waitForLine(/^two$/, 5000)).to.equal("two");
    expect(await program.waitForLine(/^one$/, 5000)).to.equal("one");
  });

  it("gives the next line that is printed, where what was printed before does not count", async () => {
    const program = await start(`setInterval(() => console.log("again", process.uptime()), 50)`);
    const first = await program.waitForLine(/^again/, 5000);
    expect(await program.waitForNextLine(/^again/, 5000)).not.to.equal(first);
  });

  it("sees a question that has no end of line", async () => {
    const program = await start(`process.stdout.write("? your name: "); setInterval(() => {}, 99)`);
    expect(await program.waitForLine(/^\? /, 5000)).to.equal("? your name: ");
  });

  it("rejects with the last lines when the program ends first", async () => {
    const program = await start(`console.error("it broke"); process.exitCode = 3`);
    const message = await errorOf(program.waitForLine(/ready/, 5000));
    expect(message).to.match(/^program ended \(code 3\)[\s\S]*it broke/);
    expect(await program.exited).to.deep.equal({ code: 3, signal: null });
  });

  it("rejects when the line does not come in time", async () => {
    const program = await start("setInterval(() => {}, 99)");
    expect(await errorOf(program.waitForLine(/ready/, 10))).to.include("not ready after 10 ms");
  });

  it("rejects when there is no such program", async () => {
    const options = { args: [], env: {}, logFile: join(folder, "none.log") };
    const message = await errorOf(startProcess({ command: join(folder, "none"), ...options }));
    expect(message).to.include("ENOENT");
  });

  it("keeps output and errors in the log file and inherits no variable", async () => {
    const program = await start(
      `console.log(process.env); console.error("err"); console.log("end")`,
    );
    await program.waitForLine(/^end$/, 5000);
    await program.exited;
    const log = await readFile(join(folder, "logs", "program.log"), "utf8");
    expect(log).to.include("{}\n").and.include("err\n");
  });

  it("ends a program that will not, and what it started outside its group", async () => {
    const program = await start(`process.on("SIGINT", () => {}); ${WITH_DETACHED_CHILD}`);
    const line = await program.waitForLine(/^child \d+$/, 5000);
    const child = Number(line.split(" ")[1]);
    expect(await runs(child)).to.equal(true);
    await program.stop(50);
    expect(await runs(child)).to.equal(false);
    expect((await program.exited).signal).to.equal("SIGKILL");
  });

  it("finds what a crashed program left, when that was noted before", async () => {
    const program = await start(WITH_DETACHED_CHILD);
    const line = await program.waitForLine(/^child \d+$/, 5000);
    await program.noteDescendants();
    process.kill(program.pid, "SIGKILL");
    await program.exited;
    await program.stop();
    expect(await runs(Number(line.split(" ")[1]))).to.equal(false);
  });

  it("asks a program to end when we end without stopping it", async () => {
    const options = { command: "sleep", args: ["60"], env: {}, logFile: join(folder, "sleep.log") };
    const us = `import { startProcess } from ${JSON.stringify(import.meta.resolve("../src/processes.ts"))};
      const { pid } = await startProcess(${JSON.stringify(options)});
      process.stdout.write(String(pid), () => process.exit());`;
    const args = ["--input-type=module", "-e", us];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    await until(async () => !(await runs(Number(stdout))), 4000);
  });

  it("lets a program end by itself, and may be stopped twice", async () => {
    const program = await start(
      `process.on("SIGINT", () => process.exit(7)); console.log("up"); setInterval(() => {}, 99)`,
    );
    await program.waitForLine(/^up$/, 5000);
    await program.stop();
    await program.stop();
    expect(await program.exited).to.deep.equal({ code: 7, signal: null });
  });
});
