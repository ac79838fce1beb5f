import { DescribeTasksCommand, RunTaskCommand } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { failureReasons, refusals } from "../../src/ecs/faults.ts";
import {
  CLUSTER,
  containerOf,
  definitionOf,
  REQUEST,
  refusal,
  shell,
  TestEcs,
} from "./local-ecs.ts";

const run = new RunTaskCommand(REQUEST);

describe("ECS's faults", () => {
  let ecs: TestEcs;

  beforeEach(async () => {
    const containers = [shell("manager", "true"), shell("bot", "true", { essential: false })];
    ecs = await TestEcs.start([definitionOf(containers)], { mode: "accept" });
  });

  afterEach(() => ecs.stop());

  const started = () => ecs.server.tasks().length;

  for (const type of Object.keys(refusals) as (keyof typeof refusals)[]) {
    it(`can refuse the next calls with ${type}, and nothing is started`, async () => {
      ecs.server.inject({ kind: "refuse", type }, 2);
      for (let call = 0; call < 2; call++) {
        expect((await refusal(ecs.client.send(run))).name).to.equal(type);
      }
      expect(started()).to.equal(0);
      await ecs.run();
      expect(started()).to.equal(1);
    });
  }

  for (const [name, reason] of Object.entries(failureReasons)) {
    it(`can place nothing for lack of ${name}, and leaves the client token unused`, async () => {
      ecs.server.inject({ kind: "failures", reason: name as keyof typeof failureReasons });
      const request = new RunTaskCommand({ ...REQUEST, clientToken: "t" });
      const answer = await ecs.client.send(request);
      expect(answer.tasks).to.deep.equal([]);
      expect(answer.failures).to.deep.equal([{ reason }]);
      expect(started()).to.equal(0);
      expect((await ecs.client.send(request)).tasks).to.have.length(1);
    });
  }

  it("can start the task and never answer; the client token finds it", async () => {
    ecs.server.inject({ kind: "silent" });
    const request = new RunTaskCommand({ ...REQUEST, clientToken: "t" });
    const abortSignal = AbortSignal.timeout(300);
    const error = await refusal(ecs.client.send(request, { abortSignal }));
    expect(error.name).to.equal("AbortError");
    expect(started()).to.equal(1);
    const { tasks } = await ecs.client.send(request);
    expect(tasks?.[0]?.taskArn).to.equal(ecs.server.tasks()[0]?.arn);
    expect(started()).to.equal(1);
  });

  it("can answer late", async () => {
    ecs.server.inject({ kind: "delay", delayMs: 200 });
    const startedAt = Date.now();
    await ecs.run();
    expect(Date.now() - startedAt).to.be.at.least(195);
  });

  it("can befall another operation, and wait for it", async () => {
    ecs.server.inject({ kind: "refuse", type: "ThrottlingException", on: "DescribeTasks" });
    const arn = await ecs.run();
    const command = new DescribeTasksCommand({ cluster: CLUSTER, tasks: [arn] });
    expect((await refusal(ecs.client.send(command))).name).to.equal("ThrottlingException");
    expect((await ecs.client.send(command)).tasks).to.have.length(1);
  });

  for (const obstacle of ["CannotPullContainerError", "ResourceInitializationError"] as const) {
    it(`can let a task fail to start with ${obstacle}`, async () => {
      ecs.server.inject({ kind: "obstacle", obstacle });
      const task = await ecs.at(await ecs.run(), "STOPPED");
      expect(task).to.include({ stopCode: "TaskFailedToStart", desiredStatus: "STOPPED" });
      expect(task.stoppedReason).to.match(new RegExp(`^${obstacle}: `));
      expect(task.startedAt).to.equal(undefined);
      expect(task.containers?.map(({ exitCode }) => exitCode)).to.deep.equal([
        undefined,
        undefined,
      ]);
    });
  }

  it("can let a task run out of memory", async () => {
    ecs.server.inject({ kind: "obstacle", obstacle: "OutOfMemory" });
    const task = await ecs.at(await ecs.run(), "STOPPED");
    expect(task).to.include({
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
    });
    expect(containerOf(task, "manager")).to.include({
      exitCode: 137,
      reason: "OutOfMemoryError: Container killed due to memory usage",
    });
    expect(containerOf(task, "bot")?.exitCode).to.equal(143);
    expect(task.startedAt).to.be.an.instanceof(Date);
  });
});
