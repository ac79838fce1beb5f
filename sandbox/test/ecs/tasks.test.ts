import { DescribeTasksCommand, ListTasksCommand, StopTaskCommand } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { ARN, CLUSTER, definitionOf, refusal, shell, TestEcs } from "./local-ecs.ts";

const NOBODY = "0".repeat(32);

describe("tasks", () => {
  let ecs: TestEcs;

  beforeEach(async () => {
    const definitions = ["recorder", "other"].map((family) =>
      definitionOf([shell("manager", "true")], { family }),
    );
    const standIn = () => new Promise<void>(() => {});
    ecs = await TestEcs.start(definitions, { mode: "accept", standIn });
  });

  afterEach(() => ecs.stop());

  const list = async (more: object = {}) => {
    const answer = await ecs.client.send(new ListTasksCommand({ cluster: CLUSTER, ...more }));
    return { arns: answer.taskArns ?? [], nextToken: answer.nextToken };
  };
  const describeAll = (tasks: string[], more: object = {}) =>
    ecs.client.send(new DescribeTasksCommand({ cluster: CLUSTER, tasks, ...more }));

  describe("that are described", () => {
    it("are known by id and ARN; the others are told as missing", async () => {
      const arn = await ecs.run({ tags: [{ key: "scope", value: "a" }] });
      const id = arn.split("/").at(-1) ?? "";
      const { tasks, failures } = await describeAll([id, arn, NOBODY]);
      expect(tasks?.map(({ taskArn }) => taskArn)).to.deep.equal([arn, arn]);
      const missing = `${ARN}:task/${CLUSTER}/${NOBODY}`;
      expect(failures).to.deep.equal([{ arn: missing, reason: "MISSING" }]);
    });

    it("show their tags when these are asked for", async () => {
      const arn = await ecs.run({ tags: [{ key: "scope", value: "a" }] });
      const [plain] = (await describeAll([arn])).tasks ?? [];
      expect(plain?.tags).to.deep.equal([]);
      const [tagged] = (await describeAll([arn], { include: ["TAGS"] })).tasks ?? [];
      expect(tagged?.tags).to.deep.equal([{ key: "scope", value: "a" }]);
    });

    it("are a hundred at most, and one at least, of this cluster", async () => {
      const refused: [tasks: string[], sentence: RegExp][] = [
        [[], /Tasks cannot be empty/],
        [Array(101).fill(NOBODY), /more than 100/],
        [["short"], /length should be one of \[32,36\]/],
        [[`${ARN}:task/default/${NOBODY}`], /is for cluster default. Your cluster is recorders/],
      ];
      for (const [tasks, sentence] of refused) {
        const error = await refusal(describeAll(tasks));
        expect(error.name).to.equal("InvalidParameterException");
        expect(error.message).to.match(sentence);
      }
      expect((await describeAll(Array(100).fill(NOBODY))).failures).to.have.length(100);
    });
  });

  describe("that are listed", () => {
    it("are those of the cluster that are meant to run, newest first", async () => {
      const [first, second] = [await ecs.run(), await ecs.run()];
      await ecs.run({ cluster: "default" });
      const stopped = await ecs.run();
      await ecs.stopTask(stopped);
      expect((await list()).arns).to.deep.equal([second, first]);
      expect((await list({ desiredStatus: "STOPPED" })).arns).to.deep.equal([stopped]);
      expect((await list({ desiredStatus: "PENDING" })).arns).to.deep.equal([]);
    });

    it("are filtered by who started them, or by family", async () => {
      const mine = await ecs.run({ startedBy: "me" });
      const other = await ecs.run({ taskDefinition: "other" });
      expect((await list({ startedBy: "me" })).arns).to.deep.equal([mine]);
      expect((await list({ family: "other" })).arns).to.deep.equal([other]);
      const error = await refusal(list({ startedBy: "me", family: "other" }));
      expect(error.message).to.include("must be the only filter");
    });

    it("come in pages that newer tasks do not shift", async () => {
      const arns: string[] = [];
      for (let count = 0; count < 5; count++) arns.unshift(await ecs.run());
      const first = await list({ maxResults: 2 });
      await ecs.run();
      const second = await list({ maxResults: 2, nextToken: first.nextToken });
      const third = await list({ maxResults: 2, nextToken: second.nextToken });
      expect([...first.arns, ...second.arns, ...third.arns]).to.deep.equal(arns);
      expect(third.nextToken).to.equal(undefined);
    });

    it("are refused in pages of no or more than a hundred, and under unknown tokens or states", async () => {
      const refused = [
        { maxResults: 0 },
        { maxResults: 101 },
        { nextToken: "x" },
        { desiredStatus: "GONE" },
      ];
      for (const more of refused) {
        expect((await refusal(list(more))).name).to.equal("InvalidParameterException");
      }
    });
  });

  describe("that are stopped", () => {
    it("end, in the words of who stopped them", async () => {
      const arn = await ecs.run();
      await ecs.at(arn, "RUNNING");
      const stopping = await ecs.stopTask(arn, "Cancelled by the user.");
      expect(stopping).to.include({ desiredStatus: "STOPPED", stopCode: "UserInitiated" });
      const task = await ecs.at(arn, "STOPPED");
      expect(task).to.include({
        stopCode: "UserInitiated",
        stoppedReason: "Cancelled by the user.",
      });
      expect(Number(task.stoppedAt)).to.be.at.least(Number(task.startedAt));
    });

    it("keep their end when they are stopped again", async () => {
      const arn = await ecs.run();
      await ecs.stopTask(arn);
      await ecs.at(arn, "STOPPED");
      await ecs.stopTask(arn, "Once more.");
      expect((await ecs.describe(arn))?.stoppedReason).to.equal("Task stopped by user");
    });

    it("must be known", async () => {
      const command = new StopTaskCommand({ cluster: CLUSTER, task: NOBODY });
      const error = await refusal(ecs.client.send(command));
      expect(error.name).to.equal("InvalidParameterException");
      expect(error.message).to.equal("The referenced task was not found.");
    });
  });

  it("that are only accepted exit 0 when their stand-in has ended", async () => {
    const accepting = await TestEcs.start([definitionOf([shell("manager", "exit 7")])], {
      mode: "accept",
    });
    const task = await accepting.at(await accepting.run(), "STOPPED");
    await accepting.stop();
    expect(task.stopCode).to.equal("EssentialContainerExited");
    expect(task.containers?.[0]?.exitCode).to.equal(0);
  });
});
