import { ConfigurationError } from "@meeting-bot/core";
import { expect } from "chai";
import { readConfig, settings } from "../src/config.ts";

const NEEDED = { GCP_PROJECT_ID: "project", GCS_BUCKET: "bucket" };

function refusalOf(environment: Record<string, string>): string {
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).to.be.instanceOf(ConfigurationError);
    return String(error);
  }
  throw new Error("the configuration was accepted");
}

describe("readConfig", () => {
  it("needs a bucket and a project, and nothing else", () => {
    expect(readConfig(NEEDED)).to.deep.include({
      projectId: "project",
      bucket: "bucket",
      database: "(default)",
      region: "us-central1",
      launcher: "cloud-run",
      cloudRunJob: "meeting-bot",
      cloudRunEndpoint: "",
      launchTimeoutSeconds: 20,
      sweepPageSize: 10,
      controllerId: "controller",
      forwarded: {},
    });
  });

  it("takes a function's own project where none is named", () => {
    expect(readConfig({ GCLOUD_PROJECT: "own", GCS_BUCKET: "b" }).projectId).to.equal("own");
    expect(readConfig({ ...NEEDED, GCLOUD_PROJECT: "own" }).projectId).to.equal("project");
    const empty = { ...NEEDED, GCP_PROJECT_ID: "", GCLOUD_PROJECT: "own" };
    expect(readConfig(empty).projectId).to.equal("own");
  });

  it("reports everything that is wrong at once, the manager's variables too", () => {
    const told = refusalOf({
      LAUNCHER: "rocket",
      CLAIM_TTL_SECONDS: "soon",
      MAX_CLAIM_PER_POLL: "0",
      LOG_LEVEL: "LOUD",
      MEETING_STATUS_VALUES: ",",
    });
    const wrong = [
      "GCP_PROJECT_ID",
      "GCS_BUCKET",
      "LAUNCHER",
      "CLAIM_TTL_SECONDS",
      "MAX_CLAIM_PER_POLL",
      "LOG_LEVEL",
      "MEETING_STATUS_VALUES",
    ];
    for (const name of wrong) expect(told).to.contain(`- ${name} is`);
    expect(told.split("\n- ")).to.have.length(wrong.length + 1);
  });

  it("names the launchers that there are", () => {
    expect(refusalOf({ ...NEEDED, LAUNCHER: "rocket" })).to.contain("one of cloud-run");
  });

  it("hands on what is set of the manager's variables, and nothing that is not", () => {
    const { forwarded } = readConfig({
      ...NEEDED,
      HEARTBEAT_SECONDS: "5",
      BOT_INSTANCE_DONE_VALUE: "finished",
      CLAIM_TTL_SECONDS: "700",
      VIDEO_PRESET: "",
      CONTROLLER_ID: "me",
      API_KEY: "secret",
      PATH: "/bin",
    });
    expect(forwarded).to.deep.equal({
      HEARTBEAT_SECONDS: "5",
      BOT_INSTANCE_DONE_VALUE: "finished",
      CLAIM_TTL_SECONDS: "700",
    });
  });

  for (const endpoint of ["127.0.0.1:8123", "localhost:8123", "[::1]:8123"]) {
    it(`accepts ${endpoint} as a stand-in for Cloud Run`, () => {
      const config = readConfig({ ...NEEDED, CLOUD_RUN_ENDPOINT: endpoint });
      expect(config.cloudRunEndpoint).to.equal(endpoint);
    });
  }

  for (const endpoint of [
    "example.com:443",
    "127.0.0.1.evil.com:80",
    "evil.com#127.0.0.1:80",
    "localhost",
    "10.0.0.1:8123",
    "http://127.0.0.1:8123",
    "127.0.0.1:8123\n",
  ]) {
    it(`refuses ${JSON.stringify(endpoint)} as a stand-in for Cloud Run`, () => {
      expect(refusalOf({ ...NEEDED, CLOUD_RUN_ENDPOINT: endpoint })).to.contain("on this machine");
    });
  }

  it("uses no name that the platform reserves for itself", () => {
    const reserved =
      /^(GCP_PROJECT|GCLOUD_PROJECT|PORT|K_.*|FUNCTION_.*|(FIREBASE|X_GOOGLE|EXT|KIT)_.*)$/;
    for (const { name } of Object.values(settings)) expect(name).to.not.match(reserved);
  });
});
