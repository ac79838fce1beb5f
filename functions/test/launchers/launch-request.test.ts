import { inspect } from "node:util";
import { expect } from "chai";
import { LINK, queued } from "../../../core/test/support/instances.ts";
import { readConfig } from "../../src/config.ts";
import { launchRequest, scopeOf } from "../../src/launchers/launch-request.ts";

const PROJECT = { GCP_PROJECT_ID: "project", GCS_BUCKET: "bucket", FIRESTORE_DATABASE: "database" };
const config = readConfig({
  ...PROJECT,
  HEARTBEAT_SECONDS: "5",
  GCP_DEFAULT_REGION: "europe-west1",
  MAX_RECORDING_DURATION_MINUTES: "90",
  MEETING_INACTIVITY_MINUTES: "7",
  INACTIVITY_DETECTION_START_DELAY_MINUTES: "3",
});

describe("launchRequest", () => {
  const managerOf = (instance = queued()) => launchRequest(instance, "token", config).environment;
  const botOf = (instance = queued()) => launchRequest(instance, "token", config).botEnvironment;

  it("names the instance, the claim and where both belong, with what is configured", () => {
    expect(managerOf(queued({ id: "x", attempt: 2 }))).to.deep.equal({
      HEARTBEAT_SECONDS: "5",
      MAX_RECORDING_DURATION_MINUTES: "90",
      BOT_INSTANCE_PATH: "bot_instances/x",
      BOT_SCOPE: "project/database",
      CLAIM_TOKEN: "token",
      EXECUTION_ATTEMPT: "2",
      GCP_PROJECT_ID: "project",
      GCP_DEFAULT_REGION: "europe-west1",
      FIRESTORE_DATABASE: "database",
      GCS_BUCKET: "bucket",
    });
    expect(scopeOf(config)).to.equal("project/database");
  });

  it("gives the bot its limits", () => {
    expect(botOf()).to.deep.equal({
      GCP_DEFAULT_REGION: "europe-west1",
      MAX_RECORDING_DURATION_MINUTES: "90",
      MEETING_INACTIVITY_MINUTES: "7",
      INACTIVITY_DETECTION_START_DELAY_MINUTES: "3",
    });
  });

  const wishes: [wanted: unknown, minutes: string][] = [
    [30, "30"],
    [30.9, "30"],
    [1, "1"],
    [90, "90"],
    [91, "90"],
    [Number.POSITIVE_INFINITY, "90"],
    [0.5, "90"],
    [0, "90"],
    [-5, "90"],
    [Number.NaN, "90"],
    ["30", "90"],
    [{ minutes: 30 }, "90"],
    [null, "90"],
  ];
  for (const [wanted, minutes] of wishes) {
    it(`lets the bot record ${minutes} minutes where the meeting asks for ${inspect(wanted)}`, () => {
      const recordingOptions = { max_duration_minutes: wanted };
      expect(botOf(queued({ recordingOptions }))["MAX_RECORDING_DURATION_MINUTES"]).to.equal(
        minutes,
      );
    });
  }

  it("adds what images of old read, where the document has it as text that a variable can hold", () => {
    const fits = "x".repeat(32 * 1024);
    const instance = queued({ botName: "Scribe", creatorUserId: fits, gcsPath: `${fits}y` });
    const odd = Object.assign(instance, { creatorOrganizationId: 7 });
    const environment = managerOf(odd);
    expect(environment).to.include({ BOT_NAME: "Scribe", CREATOR_USER_ID: fits });
    expect(environment).to.not.have.any.keys("CREATOR_ORGANIZATION_ID", "GCS_PATH");
    expect(managerOf(queued({ botName: "a\0b" }))).to.not.have.any.keys("BOT_NAME");
  });

  it("never takes the name of a variable from a document, nor another's value", () => {
    const names = ["CLAIM_TOKEN", "BOT_SCOPE", "GCS_BUCKET", "NODE_ENV", "LD_PRELOAD"];
    const foreign = Object.fromEntries(names.map((name) => [name, "theirs"]));
    const instance = Object.assign(queued({ recordingOptions: foreign }), foreign);
    expect(launchRequest(instance, "token", config)).to.deep.equal({
      ...launchRequest(queued(), "token", config),
      instance,
    });
  });

  it("never holds the meeting's link, which may carry a password", () => {
    const instance = queued({
      meetingUrl: `${LINK}?pwd=secret`,
      recordingOptions: { a: "secret" },
    });
    const values = JSON.stringify([managerOf(instance), botOf(instance)]);
    expect(values).to.not.contain("secret").and.not.contain("meet.google");
  });

  const deadlines: Record<string, [settings: Record<string, string>, minutes: number]> = {
    "the longest wait and the processing": [
      { MEETING_MAX_WAIT_MINUTES: "120", PROCESSING_MINUTES: "30" },
      150,
    ],
    "the recording limit, the lobby's and the processing": [
      { MAX_RECORDING_DURATION_MINUTES: "300", LOBBY_WAIT_MINUTES: "20", PROCESSING_MINUTES: "30" },
      350,
    ],
    "the job's deadline": [{ JOB_TIMEOUT_MINUTES: "60" }, 60],
  };
  for (const [name, [settings, minutes]] of Object.entries(deadlines)) {
    it(`ends after ${name}`, () => {
      const limits = { MAX_RECORDING_DURATION_MINUTES: "60", LOBBY_WAIT_MINUTES: "10" };
      const other = readConfig({ ...PROJECT, ...limits, ...settings });
      const { timeoutSeconds } = launchRequest(queued(), "token", other);
      expect(timeoutSeconds).to.equal(minutes * 60);
    });
  }
});
