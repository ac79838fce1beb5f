import type { Environment } from "@meeting-bot/core";
import { expect } from "chai";
import { type Platform, readPlatform } from "../../src/platform/platform.ts";

const ON_CLOUD_RUN = {
  GCP_PROJECT_ID: "p",
  GCP_DEFAULT_REGION: "us-central1",
  CLOUD_RUN_JOB: "j",
  CLOUD_RUN_EXECUTION: "e",
};
const cloudRun = {
  launcher: "cloud-run",
  name: "projects/p/locations/us-central1/jobs/j/executions/e",
};
const without = (name: keyof typeof ON_CLOUD_RUN) => ({ ...ON_CLOUD_RUN, [name]: "" });

/** What a container's environment holds, and what is understood of it. */
const READ: Record<string, [environment: Environment, platform: Platform]> = {
  "nothing of an empty environment": [{}, {}],
  "the execution on Cloud Run": [ON_CLOUD_RUN, { execution: cloudRun }],
  "no execution without a project": [without("GCP_PROJECT_ID"), {}],
  "no execution without a region": [without("GCP_DEFAULT_REGION"), {}],
  "no execution without a job": [without("CLOUD_RUN_JOB"), {}],
  "no execution without its name": [without("CLOUD_RUN_EXECUTION"), {}],
  "the execution that the launcher has named": [
    { ...ON_CLOUD_RUN, EXECUTION_LAUNCHER: "gke", EXECUTION_NAME: "bots/bot-1" },
    { execution: { launcher: "gke", name: "bots/bot-1" } },
  ],
  "no half of a name": [{ EXECUTION_LAUNCHER: "gke" }, {}],
  "what Fargate sets": [
    {
      AWS_REGION: "eu-central-1",
      AWS_DEFAULT_REGION: "eu-west-1",
      ECS_CONTAINER_METADATA_URI_V4: "http://169.254.170.2/v4/x",
      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/credentials/x",
    },
    {
      awsRegion: "eu-central-1",
      taskMetadataUri: "http://169.254.170.2/v4/x",
      awsCredentials: { uri: "/v2/credentials/x" },
    },
  ],
  "a whole URL of the credentials, and what to show there": [
    {
      AWS_DEFAULT_REGION: "eu-west-1",
      AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:80/x",
      AWS_CONTAINER_AUTHORIZATION_TOKEN: "letter",
    },
    {
      awsRegion: "eu-west-1",
      awsCredentials: { uri: "http://127.0.0.1:80/x", authorization: "letter" },
    },
  ],
  "the path before the whole URL": [
    {
      AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/x",
      AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1/x",
    },
    { awsCredentials: { uri: "/v2/x" } },
  ],
};

describe("readPlatform", () => {
  for (const [name, [environment, platform]] of Object.entries(READ)) {
    it(`reads ${name}`, () => {
      expect(readPlatform(environment)).to.deep.equal(platform);
    });
  }
});
