import { expect } from "chai";
import { type ListedExecution, readRunning } from "../../../src/launchers/cloud-run/running.ts";

const SCOPE = "project/(default)";
const ENV = { BOT_INSTANCE_PATH: "bot_instances/x", CLAIM_TOKEN: "token", BOT_SCOPE: SCOPE };

/** An execution with these variables in its manager, in the manner of Cloud Run's client. */
function listed(env: Record<string, string>, more: Partial<ListedExecution> = {}): ListedExecution {
  const variables = Object.entries(env).map(([name, value]) => ({ name, value }));
  const containers = [
    { name: "meeting-bot", env: [] },
    { name: "manager", env: variables },
  ];
  return { name: "e", createTime: { seconds: "1900000000" }, template: { containers }, ...more };
}
const read = (execution: ListedExecution) => readRunning(execution, SCOPE, "manager");
const without = (name: keyof typeof ENV) =>
  listed(Object.fromEntries(Object.entries(ENV).filter(([other]) => other !== name)));

/** Everything that is none of ours, or cannot be understood. */
const SKIPPED: Record<string, ListedExecution> = {
  "that has ended": listed(ENV, { completionTime: { seconds: 1 } }),
  "without a name": listed(ENV, { name: null }),
  "of another database": listed({ ...ENV, BOT_SCOPE: "project/other" }),
  "of another project": listed({ ...ENV, BOT_SCOPE: "other/(default)" }),
  "without a scope": without("BOT_SCOPE"),
  "without a token": without("CLAIM_TOKEN"),
  "without an instance": without("BOT_INSTANCE_PATH"),
  "with the path of something else": listed({ ...ENV, BOT_INSTANCE_PATH: "meetings/x" }),
  "with a path that goes deeper": listed({ ...ENV, BOT_INSTANCE_PATH: "bot_instances/x/y/z" }),
  "without a manager": listed(ENV, { template: { containers: [{ name: "other" }] } }),
  "without variables": listed(ENV, { template: { containers: [{ name: "manager" }] } }),
  "without a template": listed(ENV, { template: null }),
};

describe("readRunning", () => {
  it("reads what the launch gave the manager", () => {
    expect(read(listed(ENV))).to.deep.equal({
      execution: { launcher: "cloud-run", name: "e" },
      instanceId: "x",
      token: "token",
      startedAt: 1_900_000_000_000,
    });
  });

  for (const [name, execution] of Object.entries(SKIPPED)) {
    it(`skips an execution ${name}`, () => {
      expect(read(execution)).to.equal(undefined);
    });
  }
});
