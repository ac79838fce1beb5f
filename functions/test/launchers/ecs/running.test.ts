import { expect } from "chai";
import { hasEnded, type ListedTask, readRunning } from "../../../src/launchers/ecs/running.ts";
import { describeTask } from "../../../src/launchers/ecs/task-arn.ts";
import { arnOf } from "./support/requests.ts";

const SCOPE = "project/(default)";
const ENV = { BOT_INSTANCE_PATH: "bot_instances/x", CLAIM_TOKEN: "token", BOT_SCOPE: SCOPE };

/** A task whose launch gave the manager these variables. */
function listed(env: Record<string, string>, more: Partial<ListedTask> = {}): ListedTask {
  const environment = Object.entries(env).map(([name, value]) => ({ name, value }));
  const containerOverrides = [{ name: "meeting-bot" }, { name: "manager", environment }];
  return {
    taskArn: arnOf("a"),
    lastStatus: "RUNNING",
    createdAt: new Date(1_900_000_000_000),
    overrides: { containerOverrides },
    ...more,
  };
}
const without = (name: keyof typeof ENV) =>
  listed(Object.fromEntries(Object.entries(ENV).filter(([other]) => other !== name)));

/** Everything that is none of ours, or cannot be understood. */
const SKIPPED: Record<string, ListedTask> = {
  "that has stopped": listed(ENV, { lastStatus: "STOPPED" }),
  "without an ARN": listed(ENV, { taskArn: undefined }),
  "of another database": listed({ ...ENV, BOT_SCOPE: "project/other" }),
  "without a scope": without("BOT_SCOPE"),
  "without a token": without("CLAIM_TOKEN"),
  "without an instance": without("BOT_INSTANCE_PATH"),
  "with the path of something else": listed({ ...ENV, BOT_INSTANCE_PATH: "meetings/x" }),
  "with a path that goes deeper": listed({ ...ENV, BOT_INSTANCE_PATH: "bot_instances/x/y/z" }),
  "without a manager": listed(ENV, { overrides: { containerOverrides: [{ name: "other" }] } }),
  "without overrides": listed(ENV, { overrides: undefined }),
};

describe("readRunning", () => {
  it("reads what the launch gave the manager", () => {
    expect(readRunning(listed(ENV), SCOPE)).to.deep.equal({
      execution: describeTask(arnOf("a")),
      instanceId: "x",
      token: "token",
      startedAt: 1_900_000_000_000,
    });
  });

  for (const [name, task] of Object.entries(SKIPPED)) {
    it(`skips a task ${name}`, () => {
      expect(readRunning(task, SCOPE)).to.equal(undefined);
    });
  }
});

describe("hasEnded", () => {
  const STATES: Record<string, boolean> = {
    PROVISIONING: false,
    PENDING: false,
    ACTIVATING: false,
    RUNNING: false,
    DEACTIVATING: false,
    STOPPING: false,
    DEPROVISIONING: false,
    STOPPED: true,
    DELETED: true,
  };
  for (const [lastStatus, ended] of Object.entries(STATES)) {
    it(`is ${ended} of a task that is ${lastStatus}`, () => {
      expect(hasEnded({ lastStatus })).to.equal(ended);
    });
  }
});
