import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { connect } from "node:net";
import { status } from "@grpc/grpc-js";
import { expect } from "chai";
import { eventually } from "../../../test/eventually.ts";
import type { JobSpec } from "../../src/cloud-run/job-spec.ts";
import { completed, gone, jobOf, shell, TestCloudRun } from "./local-cloud-run.ts";
import { refusal } from "./refusal.ts";

const FOREVER = "while :; do sleep 0.05; done";

/** Ignores SIGTERM, and so does a child that it has moved to a session of its own. */
const STUBBORN = `trap '' TERM; setsid sh -c 'trap "" TERM; echo child=$$; ${FOREVER}' & ${FOREVER}`;

/** Ends itself on SIGTERM, in good order. */
const POLITE = `trap 'echo bye=yes; exit 0' TERM; echo up=yes; ${FOREVER}`;

describe("the end of an execution", () => {
  let cloudRun: TestCloudRun;

  const start = async (job: JobSpec) => {
    cloudRun = await TestCloudRun.start([job]);
    return cloudRun.run();
  };
  const pidOf = (container: string) =>
    eventually(() => cloudRun.server.executions()[0]?.pids[container]);

  afterEach(() => cloudRun.stop());

  it("on a cancel tells every container to end, and kills what does not, with all its children", async () => {
    const name = await start(jobOf([shell("manager", POLITE), shell("bot", STUBBORN)]));
    await cloudRun.logged(name, "manager", /up=(yes)/);
    const child = Number(await cloudRun.logged(name, "bot", /child=(\d+)/));
    const bot = await pidOf("bot");
    await cloudRun.executions.cancelExecution({ name });
    const [cancelling] = await cloudRun.executions.getExecution({ name });
    expect(completed(cancelling)?.executionReason).to.equal("CANCELLING");
    const execution = await cloudRun.ended(name);
    expect(execution).to.include({ cancelledCount: 1, runningCount: 0, succeededCount: 0 });
    expect(completed(execution)).to.include({
      state: "CONDITION_FAILED",
      executionReason: "CANCELLED",
      message: "Cancelled by user.",
    });
    expect(await cloudRun.log(name, "manager")).to.include("bye=yes");
    await gone(bot, child);
  });

  it("refuses to cancel what has ended", async () => {
    const name = await start(jobOf([shell("manager", "true")]));
    await cloudRun.ended(name);
    const error = await refusal(cloudRun.executions.cancelExecution({ name }));
    expect(error.code).to.equal(status.FAILED_PRECONDITION);
  });

  it("comes with the task's time-out, and says so", async () => {
    const name = await start(jobOf([shell("manager", POLITE)], { timeoutSeconds: 3600 }));
    const timed = await cloudRun.run({ timeout: { seconds: 1 } });
    const execution = await cloudRun.ended(timed);
    expect(execution.failedCount).to.equal(1);
    expect(completed(execution)?.message).to.match(
      /^Task recorder-.{5}-task0 failed with exit code: 0 and message: The configured timeout was reached\.$/,
    );
    expect(await cloudRun.log(timed, "manager")).to.include("bye=yes");
    const [other] = await cloudRun.executions.getExecution({ name });
    expect(other.runningCount).to.equal(1);
  });

  it("comes when one container fails: the others are ended and the task fails with its exit code", async () => {
    const failing = shell("manager", "exit 9", { dependsOn: ["bot"] });
    const name = await start(jobOf([failing, shell("bot", STUBBORN)]));
    const execution = await cloudRun.ended(name);
    expect(completed(execution)?.message).to.include("failed with exit code: 9 and");
    await gone(await pidOf("bot"));
  });

  it("waits for all containers: one that exits 0 leaves the others running", async () => {
    const name = await start(jobOf([shell("manager", "true"), shell("bot", POLITE)]));
    await cloudRun.logged(name, "bot", /up=(yes)/);
    const manager = await pidOf("manager");
    await gone(manager);
    const [execution] = await cloudRun.executions.getExecution({ name });
    expect(execution.runningCount).to.equal(1);
    process.kill(await pidOf("bot"), "SIGTERM");
    expect((await cloudRun.ended(name)).succeededCount).to.equal(1);
  });

  it("counts a container that a signal ended as failed", async () => {
    const name = await start(jobOf([shell("manager", FOREVER)]));
    process.kill(await pidOf("manager"), "SIGKILL");
    expect(completed(await cloudRun.ended(name))?.message).to.include("exit code: 137");
  });

  it("takes the children of a container that exits with it", async () => {
    const name = await start(
      jobOf([shell("manager", `setsid sh -c '${FOREVER}' & echo child=$!`)]),
    );
    const child = Number(await cloudRun.logged(name, "manager", /child=(\d+)/));
    await cloudRun.ended(name);
    await gone(child);
  });

  it("comes at once for a container whose command cannot be started", async () => {
    const name = await start(jobOf([shell("manager", "", { command: ["/no/such/command"] })]));
    expect(completed(await cloudRun.ended(name))?.message).to.include("exit code: 127");
    expect(await cloudRun.log(name, "manager")).to.include("/no/such/command");
  });

  it("comes with the server's own: no process, port or folder is left, only logs", async () => {
    const listener = `require("net").createServer().listen(process.env.PORT, () => console.log("port=" + process.env.PORT))`;
    const job = jobOf([
      shell("manager", STUBBORN),
      shell("bot", listener, { command: [process.execPath, "-e"], env: { PORT: "3000" } }),
    ]);
    const name = await start(job);
    const port = Number(await cloudRun.logged(name, "bot", /port=(\d+)/));
    const child = Number(await cloudRun.logged(name, "manager", /child=(\d+)/));
    const pids = [await pidOf("manager"), await pidOf("bot"), child];
    await cloudRun.server.stop();
    await gone(...pids);
    for (const closed of [port, cloudRun.server.port]) {
      const error = await refusal(once(connect(closed, "127.0.0.1"), "connect"));
      expect(error.code).to.equal("ECONNREFUSED");
    }
    expect(await readdir(`${cloudRun.folder}/scratch`)).to.deep.equal([]);
    expect(existsSync(`${cloudRun.folder}/logs`)).to.equal(true);
  });
}).timeout(20_000);
