import { expect } from "chai";
import { describeTask, parseTaskArn } from "../../../src/launchers/ecs/task-arn.ts";

const ARN = "arn:aws:ecs:eu-central-1:123456789012:task/recorders/0a1b2c";

/** The console's page for a partition; none for the last. */
const PAGES: Record<string, string | undefined> = {
  aws: "https://eu-central-1.console.aws.amazon.com/ecs/v2/clusters/recorders/tasks/0a1b2c?region=eu-central-1",
  "aws-cn":
    "https://eu-central-1.console.amazonaws.cn/ecs/v2/clusters/recorders/tasks/0a1b2c?region=eu-central-1",
  "aws-us-gov":
    "https://eu-central-1.console.amazonaws-us-gov.com/ecs/v2/clusters/recorders/tasks/0a1b2c?region=eu-central-1",
  "aws-iso": undefined,
};

const NOT_TASKS = [
  "",
  "arn:aws:ecs:eu-central-1:123456789012:task/0a1b2c",
  "arn:aws:ecs:eu-central-1:123456789012:cluster/recorders",
  "projects/p/locations/l/jobs/j/executions/e",
  `${ARN}/more`,
];

describe("a task's ARN", () => {
  it("says where the task is", () => {
    expect(parseTaskArn(ARN)).to.deep.equal({
      partition: "aws",
      region: "eu-central-1",
      cluster: "recorders",
      id: "0a1b2c",
    });
  });

  for (const text of NOT_TASKS) {
    it(`is not "${text}"`, () => {
      expect(parseTaskArn(text)).to.equal(undefined);
      expect(describeTask(text)).to.deep.equal({ launcher: "ecs", name: text });
    });
  }

  for (const [partition, page] of Object.entries(PAGES)) {
    it(`leads to ${page ? "its page" : "no page"} in the console of ${partition}`, () => {
      const name = ARN.replace("arn:aws:", `arn:${partition}:`);
      const expected = page ? { consoleUrl: page } : {};
      expect(describeTask(name)).to.deep.equal({ launcher: "ecs", name, ...expected });
    });
  }
});
