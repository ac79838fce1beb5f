import { examineSettings } from "@meeting-bot/core";
import { expect } from "chai";
import { ecsSettings } from "../../../src/launchers/ecs/settings.ts";

const LEAST = {
  ECS_REGION: "eu-central-1",
  ECS_SUBNETS: "subnet-a, subnet-b",
  ECS_SECURITY_GROUPS: "sg-a",
};
const examine = (more: Record<string, string> = {}) =>
  examineSettings(ecsSettings, { ...LEAST, ...more });

/** Values that are not allowed, and what the user is told. */
const WRONG: [name: string, value: string, allowed: RegExp][] = [
  ["ECS_REGION", "Frankfurt", /such as eu-central-1/],
  ["ECS_SUBNETS", "subnet-a,,subnet-b", /separated by commas/],
  ["SCRATCH_STORAGE_SIZE", "20Gi", /from 21Gi to 200Gi/],
  ["SCRATCH_STORAGE_SIZE", "201Gi", /from 21Gi to 200Gi/],
  ["SCRATCH_STORAGE_SIZE", "50", /in whole Gi/],
  ["SCRATCH_STORAGE_SIZE", "51200Mi", /in whole Gi/],
  ["ECS_ROLE_ARN", "meeting-bot-launcher", /such as arn:aws:iam::/],
  ["ECS_ENDPOINT", "ecs.example.com:80", /on this machine/],
  ["STS_ENDPOINT", "10.0.0.1:80", /on this machine/],
];

describe("ecsSettings", () => {
  it("need no more than a region and a network", () => {
    expect(examine()).to.deep.equal({
      problems: [],
      values: {
        region: "eu-central-1",
        cluster: "meeting-bot",
        taskDefinition: "meeting-bot",
        subnets: ["subnet-a", "subnet-b"],
        securityGroups: ["sg-a"],
        capacityProvider: "",
        scratchGibibytes: 50,
        roleArn: "",
        roleAudience: "sts.amazonaws.com",
        endpoint: "",
        stsEndpoint: "",
      },
    });
  });

  it("say which of them is missing", () => {
    const { problems } = examineSettings(ecsSettings, {});
    const missing = problems.map((problem) => problem.split(" ")[0]);
    expect(missing).to.deep.equal(["ECS_REGION", "ECS_SUBNETS", "ECS_SECURITY_GROUPS"]);
  });

  for (const [size, gibibytes] of Object.entries({ "21Gi": 21, "200Gi": 200 })) {
    it(`take ${size} of scratch`, () => {
      const { values } = examine({ SCRATCH_STORAGE_SIZE: size });
      expect(values.scratchGibibytes).to.equal(gibibytes);
    });
  }

  for (const [name, value, allowed] of WRONG) {
    it(`do not take ${name}=${value}`, () => {
      const { problems } = examine({ [name]: value });
      expect(problems).to.have.length(1);
      expect(problems[0]).to.contain(`${name} is "${value}"`).and.match(allowed);
    });
  }

  it("take a role and a GovCloud region", () => {
    const roleArn = "arn:aws-us-gov:iam::123456789012:role/bots/launcher";
    const { values } = examine({ ECS_ROLE_ARN: roleArn, ECS_REGION: "us-gov-west-1" });
    expect(values).to.include({ roleArn, region: "us-gov-west-1" });
  });
});
