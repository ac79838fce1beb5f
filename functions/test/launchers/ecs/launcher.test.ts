import { expect } from "chai";
import { describeTask } from "../../../src/launchers/ecs/task-arn.ts";
import { expectLaunchFailure } from "../launch-failure.ts";
import { useScriptedEcs } from "./support/ecs-bench.ts";
import { arnOf, REQUEST, TOKEN } from "./support/requests.ts";
import { type Answer, exception } from "./support/scripted-ecs.ts";
import { connectTo } from "./support/scripted-launcher.ts";

describe("EcsLauncher, launching", () => {
  const bench = useScriptedEcs();
  const { actions, inputs } = bench;

  it("runs one task, and tells its ARN and its page in the console", async () => {
    bench.ecs.script({ body: { tasks: [{ taskArn: arnOf("a") }], failures: [] } });
    expect(await bench.launcher.launch(REQUEST)).to.deep.equal({
      kind: "launched",
      execution: describeTask(arnOf("a")),
    });
    const [input] = inputs();
    expect(actions()).to.deep.equal(["RunTask"]);
    expect(input).to.include({ cluster: "recorders", clientToken: TOKEN, launchType: "FARGATE" });
    expect(input).to.have.nested.property("overrides.ephemeralStorage.sizeInGiB", 60);
    expect(input).to.have.nested.property("overrides.containerOverrides[0].name", "manager");
  });

  it("asks nothing when what the task must be told is too long", async () => {
    bench.ecs.script();
    const environment = { ...REQUEST.environment, LONG: "x".repeat(9000) };
    const outcome = await bench.launcher.launch({ ...REQUEST, environment });
    expect(outcome).to.have.nested.property("failure.needsOperator", true);
    expect(outcome).to.have.nested.property("failure.message").that.contains("shorten LONG");
    expect(bench.ecs.calls).to.deep.equal([]);
  });

  it("recognises the task that has its token already, whatever that was asked with", async () => {
    bench.ecs.script(exception("ConflictException", "in use", { resourceIds: [arnOf("first")] }));
    expect(await bench.launcher.launch(REQUEST)).to.deep.equal({
      kind: "launched",
      execution: describeTask(arnOf("first")),
    });
  });

  const refused: Record<string, [answer: Answer, told: RegExp, needsOperator: boolean]> = {
    "a failure in an answer that is a success": [
      { body: { tasks: [], failures: [{ reason: "RESOURCE:MEMORY" }] } },
      /capacity or quota/,
      false,
    ],
    "a cluster that is not there": [
      exception("ClusterNotFoundException", "Cluster not found."),
      /no ECS cluster "recorders" in eu-central-1/,
      true,
    ],
    "a permission that is missing": [
      exception("AccessDeniedException", "not authorized"),
      /ecs:RunTask/,
      true,
    ],
    "too many launches at once": [
      exception("ThrottlingException", "Rate exceeded"),
      /capacity or quota/,
      false,
    ],
    "a definition that is not there": [
      exception("ClientException", "TaskDefinition not found."),
      /"recorder"/,
      true,
    ],
  };
  for (const [name, [answer, told, needsOperator]] of Object.entries(refused)) {
    it(`is refused by ${name}, and asks once`, async () => {
      bench.ecs.script(answer);
      const outcome = await bench.launcher.launch(REQUEST);
      if (outcome.kind !== "refused") throw new Error(`not refused but ${outcome.kind}`);
      expectLaunchFailure(outcome.failure, needsOperator);
      expect(outcome.failure.message).to.match(told);
      expect(actions()).to.deep.equal(["RunTask"]);
    });
  }

  it("is refused, for now, where nothing listens", async () => {
    const outcome = await connectTo("127.0.0.1:1").launch(REQUEST);
    if (outcome.kind !== "refused") throw new Error(`not refused but ${outcome.kind}`);
    expectLaunchFailure(outcome.failure, false);
  });

  const open: Record<string, Answer> = {
    "a fault of the server's": exception("ServerException", "Try again.", {}, 500),
    "a conflict that names no task": exception("ConflictException", "in use"),
    "a connection that breaks": "reset",
    "an answer that names neither a task nor a failure": { body: { tasks: [], failures: [] } },
  };
  for (const [name, answer] of Object.entries(open)) {
    it(`does not know what became of it after ${name}, and asks once`, async () => {
      bench.ecs.script(answer);
      const outcome = await bench.launcher.launch(REQUEST);
      expect(outcome).to.include({ kind: "unknown" });
      expect(actions()).to.deep.equal(["RunTask"]);
    });
  }

  it("does not wait longer than it is told to, and does not know then", async () => {
    bench.ecs.script("silence");
    const outcome = await connectTo(bench.ecs.address, 0.2).launch(REQUEST);
    expect(outcome).to.include({ kind: "unknown" });
  });
});
