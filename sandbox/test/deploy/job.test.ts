import { readFile } from "node:fs/promises";
import { managerSettings } from "@meeting-bot/core";
import { expect } from "chai";
import { parse } from "yaml";
import { renderJob } from "../../../deploy/cloud-run/render.ts";
import type { JobSpec } from "../../src/cloud-run/job-spec.ts";
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

const VALUES = {
  GCP_PROJECT_ID: "demo-test",
  GCS_BUCKET: "bucket",
  MANAGER_IMAGE: "manager",
  MEETING_BOT_IMAGE: "bot",
};

describe("deploy/cloud-run/job.yaml", () => {
  let cloudRun: TestCloudRun | undefined;
  let job: JobSpec;

  before(async () => {
    job = parseJob(renderJob(await readFile(TEMPLATE, "utf8"), VALUES));
  });

  afterEach(async () => {
    await cloudRun?.stop();
    cloudRun = undefined;
  });

  it("leaves another attempt to the lease, and time for ten hours, the lobby and the rest", () => {
    expect(job).to.include({ maxRetries: 0, taskCount: 1, timeoutSeconds: 12 * 3600 });
  });

  it("starts both containers at once, by their images' own entry points", () => {
    expect(job.containers.map(({ name }) => name)).to.deep.equal(["manager", "meeting-bot"]);
    for (const container of job.containers) {
      expect(container).to.deep.include({ command: [], args: [], dependsOn: [] });
    }
  });

  it("gives the bot two minutes to become healthy, twice what the manager waits", () => {
    const [manager, bot] = job.containers;
    expect(bot?.startupProbe).to.deep.include({ path: "/health", port: 3000 });
    const { periodSeconds = 0, failureThreshold = 0 } = bot?.startupProbe ?? {};
    const { fallback = 0 } = managerSettings.botReadySeconds;
    expect(periodSeconds * failureThreshold).to.equal(2 * fallback);
    expect(manager).to.not.have.property("startupProbe");
  });

  it("has the scratch volume on a disk, in both containers", async () => {
    const { spec } = parse(await readFile(TEMPLATE, "utf8")).spec.template.spec.template;
    expect(spec.volumes).to.have.length(1);
    expect(spec.volumes[0]).to.have.nested.property("emptyDir.medium", "Disk");
    const mounted = job.containers.map(({ mounts }) => mounts.map(({ volume }) => volume));
    expect(mounted).to.deep.equal([["scratch"], ["scratch"]]);
  });

  it("has room for the manager, its parent and two ffmpegs", () => {
    expect(job.containers[0]?.limits).to.deep.equal({ cpu: "2", memory: "2Gi" });
  });

  it("runs in the local Cloud Run: two containers that share their ports and the scratch volume", async () => {
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
