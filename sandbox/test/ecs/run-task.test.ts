import { RunTaskCommand, type RunTaskCommandInput } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { ARN, CLUSTER, definitionOf, REQUEST, refusal, shell, TestEcs } from "./local-ecs.ts";

const network = (more: object) => ({
  networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-0a1b2c3d"], ...more } },
});
const manager = (more: object) => ({
  overrides: { containerOverrides: [{ name: "manager", ...more }] },
});
const tagged = (key: string, value = "") => ({ tags: [{ key, value }] });

/** What is refused, by the exception's name and words. */
const REFUSED: [name: string, sentence: RegExp, more: object][] = [
  ["ClusterNotFoundException", /Cluster not found/, { cluster: "nobody" }],
  ["ClientException", /TaskDefinition not found/, { taskDefinition: "nobody" }],
  ["ClientException", /TaskDefinition not found/, { taskDefinition: "recorder:3" }],
  ["InvalidParameterException", /taskDefinition is missing/, { taskDefinition: undefined }],
  ["InvalidParameterException", /No Container Instances/, { launchType: undefined }],
  ["InvalidParameterException", /No Container Instances/, { launchType: "EC2" }],
  [
    "InvalidParameterException",
    /both a launch type and capacity/,
    { capacityProviderStrategy: [] },
  ],
  [
    "InvalidParameterException",
    /platform version '1.0' does not exist/,
    { platformVersion: "1.0" },
  ],
  [
    "InvalidParameterException",
    /not supported with FARGATE/,
    { placementConstraints: [{ type: "memberOf" }] },
  ],
  [
    "InvalidParameterException",
    /Network Configuration must be provided/,
    { networkConfiguration: undefined },
  ],
  [
    "InvalidParameterException",
    /Network Configuration must be provided/,
    { networkConfiguration: {} },
  ],
  ["InvalidParameterException", /subnets can not be empty/, network({ subnets: [] })],
  [
    "InvalidParameterException",
    /subnets can have at most 16/,
    network({ subnets: Array(17).fill("subnet-0a") }),
  ],
  [
    "InvalidParameterException",
    /subnet ID 'sg-0a' does not exist/,
    network({ subnets: ["sg-0a"] }),
  ],
  [
    "InvalidParameterException",
    /securityGroups can have at most 5/,
    network({ securityGroups: Array(6).fill("sg-0a") }),
  ],
  [
    "InvalidParameterException",
    /security group 'open' does not exist/,
    network({ securityGroups: ["open"] }),
  ],
  ["InvalidParameterException", /assignPublicIp cannot be/, network({ assignPublicIp: "PERHAPS" })],
  ["InvalidParameterException", /count should be between 1 and 10; it is 11/, { count: 11 }],
  ["InvalidParameterException", /clientToken must have 1 to 64/, { clientToken: "t".repeat(65) }],
  ["InvalidParameterException", /clientToken must have 1 to 64/, { clientToken: "a b" }],
  ["InvalidParameterException", /startedBy must have up to 128/, { startedBy: "s".repeat(129) }],
  ["InvalidParameterException", /startedBy must have/, { startedBy: "project:database" }],
  ["InvalidParameterException", /Invalid namespace for group/, { group: "family:mine" }],
  ["InvalidParameterException", /no service's tags/, { propagateTags: "SERVICE" }],
  [
    "InvalidParameterException",
    /enableExecuteCommand is not served/,
    { enableExecuteCommand: true },
  ],
  [
    "InvalidParameterException",
    /There are 51 tags/,
    { tags: Array.from({ length: 51 }, (_, key) => ({ key: `${key}` })) },
  ],
  ["InvalidParameterException", /Tag key cannot be empty/, tagged("")],
  ["InvalidParameterException", /Tag key is longer than 128/, tagged("k".repeat(129))],
  [
    "InvalidParameterException",
    /value of tag 'k' is longer than 256/,
    tagged("k", "v".repeat(257)),
  ],
  ["InvalidParameterException", /has characters that are not allowed/, tagged("k", "(default)")],
  ["InvalidParameterException", /reserved prefix/, tagged("aws:k")],
  [
    "InvalidParameterException",
    /Override for container named bot is not a container in the TaskDefinition/,
    { overrides: { containerOverrides: [{ name: "bot" }] } },
  ],
  [
    "InvalidParameterException",
    /has no container's name/,
    { overrides: { containerOverrides: [{ command: [] }] } },
  ],
  [
    "InvalidParameterException",
    /environment variable of container manager has no name/,
    manager({ environment: [{ value: "1" }] }),
  ],
  [
    "InvalidParameterException",
    /environmentFiles is not served/,
    manager({ environmentFiles: [] }),
  ],
  [
    "InvalidParameterException",
    /No Fargate configuration exists .*: 4096 CPU, 2048 memory/,
    { overrides: { cpu: "4096" } },
  ],
  [
    "InvalidParameterException",
    /between 21 and 200 GiB; it is 10/,
    { overrides: { ephemeralStorage: { sizeInGiB: 10 } } },
  ],
];

/** Overrides that take so many characters as JSON. */
function overridesOf(characters: number) {
  const value = (length: number) =>
    manager({ environment: [{ name: "A", value: "x".repeat(length) }] }).overrides;
  return value(characters - JSON.stringify(value(0)).length);
}

describe("RunTask", () => {
  let ecs: TestEcs;

  const started = () => ecs.server.tasks().length;
  const send = (more: Partial<RunTaskCommandInput>) =>
    ecs.client.send(new RunTaskCommand({ ...REQUEST, ...more }));

  before(async () => {
    const definition = (script: string) =>
      definitionOf([shell("manager", script)], {
        tags: [
          { key: "team", value: "a" },
          { key: "of", value: "b" },
        ],
      });
    ecs = await TestEcs.start([definition("old"), definition("new")], { mode: "accept" });
  });

  after(() => ecs.stop());

  it("answers with the task as it is placed", async () => {
    const answer = await send({
      startedBy: "project/database",
      tags: [
        { key: "scope", value: "s" },
        { key: "of", value: "mine" },
      ],
      propagateTags: "TASK_DEFINITION",
      overrides: {
        cpu: "2048",
        memory: "4096",
        ephemeralStorage: { sizeInGiB: 50 },
        containerOverrides: [{ name: "manager", environment: [{ name: "A", value: "1" }] }],
      },
    });
    expect(answer.failures).to.deep.equal([]);
    const [task] = answer.tasks ?? [];
    expect(task?.taskArn).to.match(new RegExp(`^${ARN}:task/${CLUSTER}/[0-9a-f]{32}$`));
    expect(task).to.deep.include({
      clusterArn: `${ARN}:cluster/${CLUSTER}`,
      taskDefinitionArn: `${ARN}:task-definition/recorder:2`,
      lastStatus: "PROVISIONING",
      desiredStatus: "RUNNING",
      launchType: "FARGATE",
      group: "family:recorder",
      startedBy: "project/database",
      cpu: "2048",
      memory: "4096",
      ephemeralStorage: { sizeInGiB: 50 },
      tags: [
        { key: "team", value: "a" },
        { key: "scope", value: "s" },
        { key: "of", value: "mine" },
      ],
    });
    expect(task?.overrides?.containerOverrides?.[0]?.environment).to.deep.equal([
      { name: "A", value: "1" },
    ]);
    expect(Math.abs(Number(task?.createdAt) - Date.now())).to.be.below(5000);
    expect(task?.containers?.map(({ name, lastStatus }) => ({ name, lastStatus }))).to.deep.equal([
      { name: "manager", lastStatus: "PENDING" },
    ]);
  });

  it("knows a task definition by its family, its revision and its ARN", async () => {
    const revisions = ["recorder", "recorder:1", `${ARN}:task-definition/recorder:1`];
    for (const [index, taskDefinition] of revisions.entries()) {
      const { tasks = [] } = await send({ taskDefinition });
      const revision = index === 0 ? 2 : 1;
      expect(tasks[0]?.taskDefinitionArn).to.equal(`${ARN}:task-definition/recorder:${revision}`);
    }
  });

  it("takes a cluster's ARN, the default cluster and a capacity provider of Fargate", async () => {
    const byArn = await send({ cluster: `${ARN}:cluster/${CLUSTER}` });
    expect(byArn.tasks?.[0]?.clusterArn).to.equal(`${ARN}:cluster/${CLUSTER}`);
    const spot = await send({
      cluster: undefined,
      launchType: undefined,
      capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT" }],
    });
    expect(spot.tasks?.[0]?.capacityProviderName).to.equal("FARGATE_SPOT");
    expect(spot.tasks?.[0]?.clusterArn).to.equal(`${ARN}:cluster/default`);
  });

  it("starts as many tasks as are asked for", async () => {
    const before = started();
    expect((await send({ count: 3 })).tasks).to.have.length(3);
    expect(started() - before).to.equal(3);
  });

  for (const [name, sentence, more] of REFUSED) {
    it(`refuses with ${name} what it must say ${sentence.source} of`, async () => {
      const before = started();
      const error = await refusal(send(more));
      expect(error.name).to.equal(name);
      expect(error.message).to.match(sentence);
      expect(started()).to.equal(before);
    });
  }

  it("takes overrides of 8192 characters, and refuses one more", async () => {
    await send({ overrides: overridesOf(8192) });
    const error = await refusal(send({ overrides: overridesOf(8193) }));
    expect(error.message).to.equal("Container Overrides length must be at most 8192");
  });

  it("does not start when a container's image has no local command", async () => {
    const definition = definitionOf([shell("manager", "", { image: "unknown-image" })]);
    expect((await refusal(TestEcs.start([definition]))).message).to.include("unknown-image");
  });
});
