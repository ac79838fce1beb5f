import { readFileSync } from "node:fs";
import { expect } from "chai";
import { projectFolder, runScript } from "./project-folder.ts";

/** Runs the check as the CLI does before it deploys to `mine`, with those variables. */
async function check(variables: string, env: Record<string, string> = { GCLOUD_PROJECT: "mine" }) {
  await using folder = await projectFolder({ "functions/.env.mine": variables });
  const { status, stdout, stderr } = runScript("predeploy.ts", folder.path, env);
  return { status, stdout, stderr };
}

describe("the check before a deployment", function () {
  this.timeout(20_000);

  it("says nothing when nothing speaks against it", async () => {
    expect(await check("GCS_BUCKET=recordings\n")).to.deep.equal({
      status: 0,
      stdout: "",
      stderr: "",
    });
  });

  it("refuses a job that would be ended too early, with the sum spelled out", async () => {
    const variables = "GCS_BUCKET=recordings\nPROCESSING_MINUTES=100\n";
    const { status, stdout, stderr } = await check(variables);
    expect({ status, stdout }).to.deep.equal({ status: 1, stdout: "" });
    expect(stderr).to.equal(
      [
        "The functions cannot be deployed to mine like this:",
        "- MAX_RECORDING_DURATION_MINUTES (600) + LOBBY_WAIT_MINUTES (25) + PROCESSING_MINUTES (100) = 725 minutes, but a job is ended after JOB_TIMEOUT_MINUTES (720): raise that above 725, or lower one of the others.",
        "Their variables are in functions/.env.mine.",
        "",
      ].join("\n"),
    );
  });

  it("lists every problem at once", async () => {
    const { status, stderr } = await check(
      "MAX_CLAIM_PER_POLL=0\nBOT_INSTANCE_DONE_VALUE=failed\nJOB_TIMEOUT_MINUTES=60\n",
    );
    expect(status).to.equal(1);
    for (const wrong of [
      "- GCS_BUCKET is not set",
      '- MAX_CLAIM_PER_POLL is "0"',
      "- BOT_INSTANCE_DONE_VALUE, BOT_INSTANCE_FAILED_VALUE must differ",
      "= 685 minutes",
    ]) {
      expect(stderr).to.contain(wrong);
    }
  });

  it("says of POLL_INTERVAL that it has nothing left to do, and does not mind it", async () => {
    const { status, stdout, stderr } = await check("GCS_BUCKET=recordings\nPOLL_INTERVAL=10\n");
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: "" });
    expect(stdout).to.match(/^POLL_INTERVAL has nothing left to do: .+\n$/);
  });

  it("goes by the functions' variables and not by those of whoever deploys", async () => {
    const env = { GCLOUD_PROJECT: "mine", GCS_BUCKET: "mine", LOG_LEVEL: "LOUD" };
    const { status, stderr } = await check("", env);
    expect(status).to.equal(1);
    expect(stderr).to.contain("GCS_BUCKET is not set").and.not.contain("LOG_LEVEL");
  });

  it("ends with 2 when nobody says which project", async () => {
    const { status, stderr } = await check("GCS_BUCKET=recordings\n", {});
    expect(status).to.equal(2);
    expect(stderr).to.contain("GCLOUD_PROJECT");
  });

  it("is run by every deployment", () => {
    const [{ predeploy }] = JSON.parse(readFileSync("firebase.json", "utf8")).functions;
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
    const commands = predeploy.map((hook: string) => scripts[hook.replace("npm run ", "")]);
    expect(commands).to.deep.equal(["node scripts/build.ts", "node scripts/predeploy.ts"]);
  });
});
