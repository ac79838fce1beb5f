import { RunTaskCommand, type RunTaskCommandInput } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { definitionOf, REQUEST, refusal, shell, TestEcs } from "./local-ecs.ts";

describe("RunTask's client token", () => {
  let ecs: TestEcs;

  const started = () => ecs.server.tasks().length;
  const send = (more: Partial<RunTaskCommandInput>) =>
    ecs.client.send(new RunTaskCommand({ ...REQUEST, ...more }));

  before(async () => {
    ecs = await TestEcs.start([definitionOf([shell("manager", "true")])], { mode: "accept" });
  });

  after(() => ecs.stop());

  it("answers the same request with the same task", async () => {
    const before = started();
    const [first, second] = [
      await send({ clientToken: "t-1" }),
      await send({ clientToken: "t-1" }),
    ];
    expect(second.tasks?.[0]?.taskArn).to.equal(first.tasks?.[0]?.taskArn);
    expect(started() - before).to.equal(1);
  });

  it("refuses another request, and names the task", async () => {
    const { tasks } = await send({ clientToken: "t-2" });
    const error = await refusal(send({ clientToken: "t-2", startedBy: "another" }));
    expect(error.name).to.equal("ConflictException");
    expect(error.resourceIds).to.deep.equal(tasks?.map(({ taskArn }) => taskArn));
  });
});
