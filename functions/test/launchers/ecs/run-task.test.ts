import { expect } from "chai";
import { fitOverrides } from "../../../src/launchers/ecs/overrides.ts";
import { runTaskInput, startedBy } from "../../../src/launchers/ecs/run-task.ts";
import { REQUEST, SCOPE, TASK, TOKEN } from "./support/requests.ts";

const fitted = fitOverrides(REQUEST, 50);
if (!fitted.ok) throw new Error("does not fit");
const { overrides } = fitted;

const input = (more = {}, task = TASK) => runTaskInput({ ...REQUEST, ...more }, overrides, task);
const tagsOf = (id: string) =>
  Object.fromEntries(
    input({ instance: { ...REQUEST.instance, id } }).tags.map(({ key, value }) => [key, value]),
  );

describe("runTaskInput", () => {
  it("asks for one private task under the claim's token", () => {
    expect(input()).to.deep.equal({
      cluster: "recorders",
      taskDefinition: "recorder",
      clientToken: TOKEN,
      count: 1,
      startedBy: startedBy(SCOPE),
      launchType: "FARGATE",
      platformVersion: "LATEST",
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: ["subnet-a", "subnet-b"],
          securityGroups: ["sg-a"],
          assignPublicIp: "DISABLED",
        },
      },
      overrides,
      tags: [
        { key: "bot-scope", value: "demo-test/_default_" },
        { key: "bot-instance", value: "x" },
        { key: "claim-token", value: TOKEN },
      ],
      propagateTags: "TASK_DEFINITION",
      enableECSManagedTags: true,
    });
  });

  it("names a capacity provider instead of a launch type: ECS takes only one of them", () => {
    const asked = input({}, { ...TASK, capacityProvider: "FARGATE_SPOT" });
    expect(asked).to.deep.include({
      capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
    });
    expect(asked).to.not.have.property("launchType");
  });

  it("tags only with what AWS allows", () => {
    const allowed = "Ä 1+-=._:/@";
    expect(tagsOf(allowed)).to.include({ "bot-instance": allowed });
    expect(tagsOf("a&b(c)*€")).to.include({ "bot-instance": "a_b_c___" });
    expect(tagsOf("AWS:x")).to.include({ "bot-instance": "AWS_x" });
    expect(tagsOf("i".repeat(1000))).to.include({ "bot-instance": "i".repeat(256) });
  });
});

describe("startedBy", () => {
  it("keeps scopes apart in the characters and the length that ECS allows", () => {
    expect(startedBy(SCOPE)).to.match(/^[\w/-]{1,128}$/);
    expect(startedBy(SCOPE)).to.equal(startedBy("demo-test/(default)"));
    expect(startedBy(SCOPE)).to.not.equal(startedBy("demo-test/other"));
  });
});
