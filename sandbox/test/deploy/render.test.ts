import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { leaseSettings } from "@meeting-bot/core";
import { expect } from "chai";
import { parse } from "yaml";
import { RenderError, renderJob, VARIABLES } from "../../../deploy/cloud-run/render.ts";
import { parseJob } from "../../src/cloud-run/job-yaml.ts";

const SCRIPT = fileURLToPath(new URL("../../../deploy/cloud-run/render.ts", import.meta.url));
const TEMPLATE = readFileSync(join(SCRIPT, "../job.yaml"), "utf8");

const REQUIRED = {
  GCP_PROJECT_ID: "my-project",
  MANAGER_IMAGE: "registry/manager:1",
  MEETING_BOT_IMAGE: "registry/bot:1",
};

const missing = (name: string) =>
  `${name} is not set: ${VARIABLES[name]?.description} It must be ${VARIABLES[name]?.allowed}.`;

describe("renderJob", () => {
  it("fills in job.yaml with the defaults for all that has one", () => {
    const job = parseJob(renderJob(TEMPLATE, REQUIRED));
    const [manager, bot] = job.containers;
    expect(job).to.include({ name: "meeting-bot", maxRetries: 0, taskCount: 1 });
    expect(job.timeoutSeconds).to.equal((leaseSettings.jobTimeoutMinutes.fallback ?? 0) * 60);
    expect(job.serviceAccount).to.equal("meeting-bot-job@my-project.iam.gserviceaccount.com");
    expect(manager).to.include({ name: "manager", image: "registry/manager:1" });
    expect(bot).to.include({ name: "meeting-bot", image: "registry/bot:1" });
    expect(manager?.env).to.deep.equal({
      GCP_PROJECT_ID: "my-project",
      FIRESTORE_DATABASE: "(default)",
      SCRATCH_DIR: "/scratch",
      MEETING_BOT_API_URL: "http://localhost:3000",
      BOT_CALLBACK_PORT: "8081",
      LOG_LEVEL: "INFO",
    });
    expect(bot?.env).to.include({
      NODE_ENV: "development",
      AUTH_BASE_URL_V2: "http://localhost:8081/v2",
      TEMPVIDEO_DIR: "/usr/src/app/dist/_tempvideo",
      STOP_FILE: "/usr/src/app/dist/_tempvideo/.stop",
      MAX_RECORDING_DURATION_MINUTES: "600",
      MEETING_INACTIVITY_MINUTES: "15",
      INACTIVITY_DETECTION_START_DELAY_MINUTES: "5",
      GCP_DEFAULT_REGION: "us-central1",
    });
  });

  it("makes a job within Cloud Run's limits whose containers share the scratch volume", () => {
    const job = parseJob(renderJob(TEMPLATE, REQUIRED));
    const cpus = job.containers.map(({ limits }) => Number(limits["cpu"]));
    expect(cpus.reduce((sum, cpu) => sum + cpu)).to.be.at.most(8);
    for (const cpu of cpus) expect([1, 2, 4, 6, 8]).to.include(cpu);
    expect(job.containers.map(({ mounts }) => mounts[0]?.volume)).to.deep.equal([
      "scratch",
      "scratch",
    ]);
    const probe = job.containers[1]?.startupProbe;
    expect(probe).to.include({ path: "/health", port: 3000 });
    expect((probe?.periodSeconds ?? 0) * (probe?.failureThreshold ?? 0)).to.be.within(60, 240);
    const { spec } = parse(renderJob(TEMPLATE, REQUIRED)).spec.template.spec.template;
    expect(spec.volumes[0].emptyDir).to.deep.equal({ medium: "Disk", sizeLimit: "50Gi" });
  });

  it("takes what is given before the defaults, and an empty value for none", () => {
    const values = { ...REQUIRED, CLOUD_RUN_JOB: "bots", NODE_ENV: "", JOB_SERVICE_ACCOUNT: "a@b" };
    const job = parseJob(renderJob(TEMPLATE, values));
    expect(job).to.include({ name: "bots", serviceAccount: "a@b" });
    expect(job.containers[1]?.env).to.include({ NODE_ENV: "development" });
  });

  it("keeps every value inside its place, whatever is in it", () => {
    const nasty = "a\"b: {c}\n      - name: X # \\ $& $1 ` '";
    const job = parseJob(renderJob(TEMPLATE, { ...REQUIRED, NODE_ENV: nasty }));
    expect(job.containers[1]?.env["NODE_ENV"]).to.equal(nasty);
    expect(job.containers[1]?.env).to.not.have.property("X");
  });

  it("names everything that is missing at once, with its meaning", () => {
    expect(() => renderJob(TEMPLATE, {}))
      .to.throw(RenderError)
      .with.property("problems")
      .that.has.members(["GCP_PROJECT_ID", "MANAGER_IMAGE", "MEETING_BOT_IMAGE"].map(missing));
  });

  it("refuses a value that cannot work", () => {
    const values = {
      ...REQUIRED,
      MAX_RECORDING_DURATION_MINUTES: "long",
      SCRATCH_STORAGE_SIZE: "big",
    };
    expect(() => renderJob(TEMPLATE, values))
      .to.throw(RenderError)
      .with.property("problems")
      .that.has.members([
        'MAX_RECORDING_DURATION_MINUTES is "long", but must be a number of at least 0.1.',
        'SCRATCH_STORAGE_SIZE is "big", but must be a size such as 50Gi.',
      ]);
  });

  it("refuses a template that asks for what it does not know", () => {
    expect(() => renderJob(`a: ${"$"}{NOT_KNOWN}`, {})).to.throw("NOT_KNOWN} is not known here");
  });

  it("has a placeholder for every variable, and no secret", () => {
    for (const name of Object.keys(VARIABLES)) expect(TEMPLATE).to.include(`\${${name}}`);
    expect(TEMPLATE).to.not.match(/valueFrom|secretKeyRef|password/i);
  });
});

describe("render.ts on the command line", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "render-test-"));
  });

  after(() => rmSync(folder, { recursive: true }));

  const render = (args: string[], env: Record<string, string>) =>
    spawnSync(process.execPath, [SCRIPT, ...args], { env, encoding: "utf8" });

  it("prints the job from the environment and, behind it, a file", () => {
    const file = join(folder, ".env");
    writeFileSync(file, "LOG_LEVEL=DEBUG\nGCP_PROJECT_ID='quoted-project'\n");
    const { GCP_PROJECT_ID: _, ...env } = { ...REQUIRED, LOG_LEVEL: "ERROR" };
    const { stdout, stderr, status } = render(["--env-file", file], env);
    expect({ stderr, status }).to.deep.equal({ stderr: "", status: 0 });
    expect(parseJob(stdout).containers[0]?.env).to.include({
      LOG_LEVEL: "ERROR",
      GCP_PROJECT_ID: "quoted-project",
    });
  });

  it("says on standard error what is missing, and fails", () => {
    const { stdout, stderr, status } = render([], { ...REQUIRED, MANAGER_IMAGE: "" });
    expect({ stdout, status }).to.deep.equal({ stdout: "", status: 1 });
    expect(stderr).to.equal(`${missing("MANAGER_IMAGE")}\n`);
  });

  it("explains every variable with --help", () => {
    const { stdout, status } = render(["--help"], {});
    expect(status).to.equal(0);
    for (const name of Object.keys(VARIABLES)) expect(stdout).to.include(name);
  });

  it("refuses an option and a file that it does not know", () => {
    expect(render(["--nonsense"], REQUIRED)).to.include({ status: 1, stdout: "" });
    const { status, stdout, stderr } = render(["--env-file", join(folder, "none")], REQUIRED);
    expect(status).to.not.equal(0);
    expect(stdout).to.equal("");
    expect(stderr).to.include("none");
  });
});
