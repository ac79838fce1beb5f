import type { Execution } from "@meeting-bot/core";
import { expect } from "chai";
import { useScriptedEcs } from "./support/ecs-bench.ts";
import { arnOf } from "./support/requests.ts";
import { type Answer, exception } from "./support/scripted-ecs.ts";
import { taskOf, thrownBy } from "./support/scripted-launcher.ts";

const execution: Execution = { launcher: "ecs", name: arnOf("a") };

describe("EcsLauncher, about a task", () => {
  const bench = useScriptedEcs();
  const { actions, inputs } = bench;

  describe("inspecting", () => {
    it("asks in the cluster that the task was launched in", async () => {
      bench.ecs.script({ body: { tasks: [taskOf("a")] } });
      const name = arnOf("a").replace("recorders", "earlier");
      expect(await bench.launcher.inspect({ launcher: "ecs", name })).to.deep.equal({
        state: "running",
      });
      expect(inputs()).to.deep.equal([{ cluster: "earlier", tasks: [name] }]);
    });

    it("tells how a task has ended", async () => {
      const containers = [{ name: "manager", exitCode: 13 }];
      const ended = { lastStatus: "STOPPED", startedAt: 1_900_000_001, containers };
      bench.ecs.script({ body: { tasks: [taskOf("a", ended)] } });
      expect(await bench.launcher.inspect(execution)).to.deep.equal({
        state: "ended",
        reason: "the container manager failed with exit code 13",
      });
    });

    it("tells that a task never ran", async () => {
      const stoppedReason = "CannotPullContainerError: manifest unknown";
      const ended = { lastStatus: "STOPPED", stopCode: "TaskFailedToStart", stoppedReason };
      bench.ecs.script({ body: { tasks: [taskOf("a", ended)] } });
      expect(await bench.launcher.inspect(execution)).to.deep.include({
        neverRan: { needsOperator: true },
      });
    });

    const absent: Record<string, Answer> = {
      "a task that ECS no longer knows": {
        body: { tasks: [], failures: [{ arn: arnOf("a"), reason: "MISSING" }] },
      },
      "a task whose cluster is gone": exception("ClusterNotFoundException", "Cluster not found."),
    };
    for (const [name, answer] of Object.entries(absent)) {
      it(`tells of ${name}`, async () => {
        bench.ecs.script(answer);
        expect(await bench.launcher.inspect(execution)).to.deep.equal({ state: "not-found" });
      });
    }

    const unanswered: Record<string, Answer> = {
      "a permission that is missing": exception("AccessDeniedException", "no", {}, 400),
      "too many questions": exception("ThrottlingException", "Rate exceeded"),
      "a fault of the server's": exception("ServerException", "Try again.", {}, 500),
      "a connection that breaks": "reset",
      "another failure": { body: { failures: [{ reason: "ACCESS" }] } },
      "an empty answer": { body: {} },
    };
    for (const [name, answer] of Object.entries(unanswered)) {
      it(`could not ask because of ${name}`, async () => {
        bench.ecs.script(answer);
        const verdict = await bench.launcher.inspect(execution);
        expect(verdict).to.include({ state: "unreachable" });
        expect(verdict).to.have.property("reason").that.is.not.empty;
      });
    }
  });

  describe("cancelling", () => {
    it("stops the task, and says who did", async () => {
      bench.ecs.script({ body: { task: taskOf("a") } });
      await bench.launcher.cancel(execution);
      const reason = "Cancelled by the meeting bot's functions.";
      expect(actions()).to.deep.equal(["StopTask"]);
      expect(inputs()).to.deep.equal([{ cluster: "recorders", task: arnOf("a"), reason }]);
    });

    const harmless: Answer[] = [
      exception("InvalidParameterException", "The referenced task was not found."),
      exception("ClusterNotFoundException", "Cluster not found."),
    ];
    for (const answer of harmless) {
      it(`is content with ${JSON.stringify(answer)}`, async () => {
        bench.ecs.script(answer);
        await bench.launcher.cancel(execution);
        expect(actions()).to.deep.equal(["StopTask"]);
      });
    }

    const failing: Answer[] = [
      exception("AccessDeniedException", "not authorized"),
      exception("InvalidParameterException", "Invalid identifier."),
      exception("ServerException", "Try again.", {}, 500),
      "reset",
    ];
    for (const answer of failing) {
      it(`throws after ${JSON.stringify(answer)}`, async () => {
        bench.ecs.script(answer);
        expect(await thrownBy(bench.launcher.cancel(execution))).to.be.an("error");
      });
    }
  });
});
