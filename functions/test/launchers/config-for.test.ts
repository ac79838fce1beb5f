import { ConfigurationError } from "@meeting-bot/core";
import { expect } from "chai";
import { configFor, readConfig } from "../../src/config.ts";

describe("configFor", () => {
  const config = readConfig({ GCP_PROJECT_ID: "project", GCS_BUCKET: "bucket" });

  it("is the configuration itself for the launcher that it asks for", () => {
    expect(configFor(config.launcher, config, {})).to.equal(config);
  });

  it("has what is set of another launcher's variables", () => {
    const ecs = { ECS_REGION: "eu-west-1", ECS_CLUSTER: "c", ECS_TASK_DEFINITION: "t" };
    const more = { ECS_SUBNETS: "subnet-a", ECS_SECURITY_GROUPS: "sg-a" };
    const other = configFor("ecs", config, { ...ecs, ...more });
    expect(other).to.deep.include({ launcher: "ecs", projectId: "project" });
    expect(other.platform).to.include({ region: "eu-west-1", cluster: "c" });
  });

  it("tells what is missing", () => {
    expect(() => configFor("gke", config, {})).to.throw(ConfigurationError, /MANAGER_IMAGE/);
  });
});
