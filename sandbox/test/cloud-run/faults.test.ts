import { status } from "@grpc/grpc-js";
import { expect } from "chai";
import { obstacles } from "../../src/cloud-run/obstacles.ts";
import { completed, JOB, jobOf, shell, TestCloudRun } from "./local-cloud-run.ts";
import { refusal } from "./refusal.ts";

describe("faults", () => {
  let cloudRun: TestCloudRun;

  beforeEach(async () => {
    cloudRun = await TestCloudRun.start([jobOf([shell("manager", "true")])], { mode: "accept" });
  });

  afterEach(() => cloudRun.stop());

  const started = () => cloudRun.server.executions().length;

  for (const code of ["RESOURCE_EXHAUSTED", "PERMISSION_DENIED", "UNAVAILABLE"] as const) {
    it(`can refuse the next calls with ${code}, and nothing is started`, async () => {
      cloudRun.server.inject({ kind: "refuse", code: status[code], message: "for the test" }, 2);
      for (let call = 0; call < 2; call++) {
        const error = await refusal(cloudRun.run());
        expect(error.code).to.equal(status[code]);
        expect(error.message).to.include("for the test");
      }
      expect(started()).to.equal(0);
      await cloudRun.run();
      expect(started()).to.equal(1);
    });
  }

  it("can start nothing and never answer", async () => {
    cloudRun.server.inject({ kind: "lost" });
    const error = await refusal(cloudRun.jobs.runJob({ name: JOB }, { timeout: 300 }));
    expect(error.code).to.equal(status.DEADLINE_EXCEEDED);
    expect(started()).to.equal(0);
  });

  it("can start the execution and never answer", async () => {
    cloudRun.server.inject({ kind: "silent" });
    const error = await refusal(cloudRun.jobs.runJob({ name: JOB }, { timeout: 300 }));
    expect(error.code).to.equal(status.DEADLINE_EXCEEDED);
    expect(started()).to.equal(1);
  });

  it("can answer late", async () => {
    cloudRun.server.inject({ kind: "delay", delayMs: 200 });
    const startedAt = Date.now();
    await cloudRun.run();
    expect(Date.now() - startedAt).to.be.at.least(195);
    expect(started()).to.equal(1);
  });

  for (const [name, { type, reason, message }] of Object.entries(obstacles)) {
    it(`can let an execution fail before it starts, because of ${name}`, async () => {
      cloudRun.server.inject({ kind: "obstacle", obstacle: name as keyof typeof obstacles });
      const execution = await cloudRun.ended(await cloudRun.run());
      expect(execution).to.include({ failedCount: 1, succeededCount: 0 });
      expect(completed(execution)).to.include({ state: "CONDITION_FAILED", message });
      const obstacle = execution.conditions?.find((condition) => condition.type === type);
      expect(obstacle).to.include({ state: "CONDITION_FAILED", reason, message });
      expect(execution.conditions?.some((condition) => condition.type === "Started")).to.equal(
        false,
      );
    });
  }

  it("happen in the order in which they were asked for", async () => {
    cloudRun.server.inject({ kind: "refuse", code: status.UNAVAILABLE });
    cloudRun.server.inject({ kind: "refuse", code: status.PERMISSION_DENIED });
    const codes = [await refusal(cloudRun.run()), await refusal(cloudRun.run())].map(
      ({ code }) => code,
    );
    expect(codes).to.deep.equal([status.UNAVAILABLE, status.PERMISSION_DENIED]);
  });
});
