import { expect } from "chai";
import { History } from "../../src/ecs/history.ts";
import { newTask } from "../../src/ecs/task.ts";
import { CLUSTER, definitionOf, REGION, REQUEST, shell } from "./local-ecs.ts";

const HOUR = 3_600_000;
const request = { ...REQUEST, clientToken: "t" };
const newRecord = () =>
  newTask(
    { region: REGION, accountId: "123456789012" },
    {
      cluster: CLUSTER,
      definitionArn: "arn",
      definition: definitionOf([shell("manager", "true")]),
      request,
      tags: [],
    },
  );

describe("the history of tasks", () => {
  let now = 0;
  let history: History;

  beforeEach(() => {
    now = 0;
    history = new History(() => now);
  });

  it("forgets a task an hour after it has stopped, and none that runs", () => {
    const [running, stopped] = [newRecord(), newRecord()];
    history.add(CLUSTER, request, [running, stopped]);
    stopped.endedAt = 0;
    now = HOUR - 1;
    expect(history.find(stopped.arn)).to.equal(stopped);
    now = HOUR;
    expect(history.find(stopped.arn)).to.equal(undefined);
    now = 1000 * HOUR;
    expect(history.all()).to.deep.equal([running]);
  });

  it("knows a client token for a day, in its cluster", () => {
    const task = newRecord();
    history.add(CLUSTER, request, [task]);
    now = 24 * HOUR - 1;
    expect(history.repeated(CLUSTER, request)).to.deep.equal({ same: true, tasks: [task] });
    expect(history.repeated("other", request)).to.equal(undefined);
    now = 24 * HOUR;
    expect(history.repeated(CLUSTER, request)).to.equal(undefined);
  });
});
