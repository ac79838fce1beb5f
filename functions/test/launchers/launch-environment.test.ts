import { expect } from "chai";
import { LINK, queued } from "../../../core/test/support/instances.ts";
import { readConfig } from "../../src/config.ts";
import { launchEnvironment } from "../../src/launchers/launch-environment.ts";

const config = readConfig({
  GCP_PROJECT_ID: "project",
  GCS_BUCKET: "bucket",
  FIRESTORE_DATABASE: "database",
  HEARTBEAT_SECONDS: "5",
});

describe("launchEnvironment", () => {
  it("names the instance, the claim and where both belong, with what is configured", () => {
    expect(launchEnvironment(queued({ id: "x" }), "token", config)).to.deep.equal({
      HEARTBEAT_SECONDS: "5",
      BOT_INSTANCE_PATH: "bot_instances/x",
      BOT_SCOPE: "project/database",
      CLAIM_TOKEN: "token",
      GCP_PROJECT_ID: "project",
      FIRESTORE_DATABASE: "database",
      GCS_BUCKET: "bucket",
    });
  });

  it("adds what images of old read, where the document has it as text", () => {
    const instance = queued({ botName: "Scribe", creatorUserId: "user", gcsPath: "a/b" });
    const odd = Object.assign(instance, { creatorOrganizationId: 7 });
    const environment = launchEnvironment(odd, "token", config);
    expect(environment).to.include({
      BOT_NAME: "Scribe",
      CREATOR_USER_ID: "user",
      GCS_PATH: "a/b",
    });
    expect(environment).to.not.have.property("CREATOR_ORGANIZATION_ID");
  });

  it("never holds the meeting's link, which may carry a password", () => {
    const instance = queued({
      meetingUrl: `${LINK}?pwd=secret`,
      recordingOptions: { a: "secret" },
    });
    const values = JSON.stringify(launchEnvironment(instance, "token", config));
    expect(values).to.not.contain("secret").and.not.contain("meet.google");
  });
});
