import type { Launcher, RunningExecution } from "@meeting-bot/core";
import { expect } from "chai";
import { startedBy } from "../../../src/launchers/ecs/run-task.ts";
import { describeTask } from "../../../src/launchers/ecs/task-arn.ts";
import { useScriptedEcs } from "./support/ecs-bench.ts";
import { arnOf, SCOPE, TOKEN } from "./support/requests.ts";
import { type Answer, exception } from "./support/scripted-ecs.ts";
import { taskOf, thrownBy } from "./support/scripted-launcher.ts";

const running = (id: string): RunningExecution => ({
  execution: describeTask(arnOf(id)),
  instanceId: "x",
  token: TOKEN,
  startedAt: 1_900_000_000_000,
});

async function listed(launcher: Launcher): Promise<RunningExecution[]> {
  const found: RunningExecution[] = [];
  for await (const one of launcher.list(SCOPE)) found.push(one);
  return found;
}

describe("EcsLauncher, listing", () => {
  const bench = useScriptedEcs();
  const { actions, inputs } = bench;

  it("pages through what was started for the scope, by no other filter", async () => {
    bench.ecs.script(
      { body: { taskArns: [arnOf("a"), arnOf("b")], nextToken: "more" } },
      { body: { tasks: [taskOf("a"), taskOf("b")] } },
      { body: { taskArns: [arnOf("c")] } },
      { body: { tasks: [taskOf("c")] } },
    );
    expect(await listed(bench.launcher)).to.deep.equal(["a", "b", "c"].map(running));
    const query = { cluster: "recorders", startedBy: startedBy(SCOPE), maxResults: 100 };
    expect(inputs()).to.deep.equal([
      query,
      { cluster: "recorders", tasks: [arnOf("a"), arnOf("b")] },
      { ...query, nextToken: "more" },
      { cluster: "recorders", tasks: [arnOf("c")] },
    ]);
  });

  it("leaves out what has ended meanwhile, and what it cannot read", async () => {
    bench.ecs.script(
      { body: { taskArns: ["a", "b", "c"].map(arnOf) } },
      {
        body: {
          tasks: [taskOf("a", { lastStatus: "STOPPED" }), taskOf("b", { overrides: {} })],
          failures: [{ arn: arnOf("c"), reason: "MISSING" }],
        },
      },
    );
    expect(await listed(bench.launcher)).to.deep.equal([]);
  });

  it("describes nothing where there is nothing", async () => {
    bench.ecs.script({ body: { taskArns: [] } });
    expect(await listed(bench.launcher)).to.deep.equal([]);
    expect(actions()).to.deep.equal(["ListTasks"]);
  });

  const found: Answer = { body: { taskArns: [arnOf("a")] } };
  const failing: Answer[][] = [
    [exception("AccessDeniedException", "not authorized")],
    [found, exception("ServerException", "Try again.", {}, 500)],
    [found, { body: { failures: [{ arn: arnOf("a"), reason: "ACCESS" }] } }],
  ];
  for (const answers of failing) {
    it(`throws after ${JSON.stringify(answers.at(-1))}`, async () => {
      bench.ecs.script(...answers);
      expect(await thrownBy(listed(bench.launcher))).to.be.an("error");
    });
  }
});
