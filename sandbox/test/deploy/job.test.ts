import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { renderJob } from "../../../deploy/cloud-run/render.ts";
import { parseJob } from "../../src/cloud-run/job-yaml.ts";
import { LOCATION, TestCloudRun } from "../cloud-run/local-cloud-run.ts";

const TEMPLATE = new URL("../../../deploy/cloud-run/job.yaml", import.meta.url);

/** Answers the startup probe on PORT until the stop file appears. */
const BOT = `
  const { existsSync } = require("node:fs");
  require("node:http").createServer((_, response) => response.end()).listen(process.env.PORT);
  setInterval(() => existsSync(process.env.STOP_FILE) && process.exit(0), 20);`;

/** What the two containers have in common: the callbacks' port and the scratch folder. */
const MANAGER = `echo "callback=$BOT_CALLBACK_PORT bot=$MEETING_BOT_API_URL token=$CLAIM_TOKEN"; touch "$SCRATCH_DIR/.stop"`;

describe("deploy/cloud-run/job.yaml", () => {
  let cloudRun: TestCloudRun;

  afterEach(() => cloudRun.stop());

  it("runs in the local Cloud Run: two containers that share their ports and the scratch volume", async () => {
    const values = {
      GCP_PROJECT_ID: "demo-test",
      GCS_BUCKET: "bucket",
      MANAGER_IMAGE: "manager",
      MEETING_BOT_IMAGE: "bot",
    };
    const job = parseJob(renderJob(await readFile(TEMPLATE, "utf8"), values));
    cloudRun = await TestCloudRun.start([job], {
      images: {
        manager: { command: ["/bin/sh", "-c", MANAGER] },
        bot: { command: [process.execPath, "-e", BOT], env: { PORT: "3000" } },
      },
    });
    const env = [{ name: "CLAIM_TOKEN", value: "t-1" }];
    const name = await cloudRun.run(
      { containerOverrides: [{ name: "manager", env }] },
      `${LOCATION}/jobs/meeting-bot`,
    );
    expect((await cloudRun.ended(name)).succeededCount).to.equal(1);
    const line = await cloudRun.log(name, "manager");
    expect(line).to.match(/^callback=\d+ bot=http:\/\/localhost:\d+ token=t-1\n$/);
    expect(line).to.not.match(/=8081|:3000/);
  });
});
