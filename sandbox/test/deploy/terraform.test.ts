import { globSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { renderJob, VARIABLES } from "../../../deploy/cloud-run/render.ts";
import { settings as functionSettings } from "../../../functions/src/config.ts";
import { ecsSettings } from "../../../functions/src/launchers/ecs/settings.ts";
import { LAUNCH_TASKS } from "../../../functions/src/timers/launch-queue.ts";
import { ROOT } from "../../src/root.ts";
import { findTerraform, Terraform } from "./terraform-cli.ts";

const FOLDER = join(ROOT, "deploy/terraform");
const MODULES = ["google", "aws"];
/** The AWS provider alone takes ten seconds to tell its schema on a busy machine. */
const TERRAFORM_TIMEOUT_MS = 300_000;

/** All of a module, as text. */
const textOf = (module: string) =>
  globSync("*.tf", { cwd: join(FOLDER, module) })
    .map((file) => readFileSync(join(FOLDER, module, file), "utf8"))
    .join("\n");

describe("deploy/terraform", () => {
  it("counts log lines that are really written", () => {
    const counted = (module: string) => [...textOf(module).matchAll(/\.message = \\"(.+?)\\"/g)];
    const messages = MODULES.flatMap(counted).map(([, message]) => message);
    const written = ["job-runner/src/logs.ts", "functions/src/logs.ts"]
      .map((file) => readFileSync(join(ROOT, file), "utf8"))
      .join("\n");
    expect(messages).to.have.length.above(6);
    for (const message of messages) expect(written).to.include(`"${message}"`);
  });

  it("tells the functions only variables that there are, and whatever has no default", () => {
    const known = [functionSettings, ecsSettings]
      .flatMap((group) => Object.values(group))
      .map(({ name }) => name)
      .concat(Object.keys(VARIABLES));
    const told = (module: string) => [...textOf(module).matchAll(/^ {4}([A-Z][A-Z0-9_]+)=/gm)];
    const names = MODULES.flatMap(told).map(([, name]) => name);
    expect(known).to.include.members(names);
    const required = Object.values(ecsSettings).filter((setting) => !("fallback" in setting));
    expect(names).to.include.members(required.map(({ name }) => name));
  });

  it("makes the queue that the functions look for", () => {
    expect(textOf("google")).to.match(
      new RegExp(
        `"google_cloud_tasks_queue" "launches" \\{\\s+name += "${LAUNCH_TASKS.functionName}"`,
      ),
    );
  });

  it("grants no basic role, and makes no key", () => {
    expect(textOf("google")).to.not.match(/roles\/(owner|editor|viewer)"|service_account_key/);
    expect(textOf("aws")).to.not.match(/aws_iam_access_key|"aws_iam_user|Action += "\*"/);
  });

  it("describes and types every variable, and has an example for each that must be given", () => {
    for (const module of MODULES) {
      const blocks = textOf(module)
        .split(/^variable /m)
        .slice(1);
      const example = readFileSync(join(FOLDER, module, "terraform.tfvars.example"), "utf8");
      const names = blocks.map((block) => /^"(\w+)"/.exec(block)?.[1] ?? "");
      for (const block of blocks) expect(block).to.match(/description +=.+\n {2}type +=/);
      const required = names.filter((_, index) => !/^ {2}default +=/m.test(blocks[index] ?? ""));
      const shown = [...example.matchAll(/^(?:# )?(\w+) *=/gm)].map(([, name]) => name);
      expect(names).to.include.members(shown);
      expect(shown).to.include.members(required);
    }
  });
});

const program = findTerraform();

describe("deploy/terraform, as Terraform sees it", function () {
  this.timeout(TERRAFORM_TIMEOUT_MS);

  if (!program) {
    it("is NOT CHECKED: there is no terraform on the PATH, which CI must have", () => {
      expect(process.env["CI"], "CI is set").to.equal(undefined);
    });
    return;
  }

  let folder: string;
  let terraform: Terraform;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "terraform-test-"));
    terraform = await Terraform.stage(program, folder);
  });

  after(() => rm(folder, { recursive: true }));

  const succeed = async (module: string, ...args: string[]) => {
    const { code, output } = await terraform.run(module, ...args);
    expect(code, `terraform ${args.join(" ")} in ${module}:\n${output}`).to.equal(0);
    return output;
  };

  const validate = async (module: string) => {
    const { diagnostics, valid } = JSON.parse(await succeed(module, "validate", "-json"));
    expect(diagnostics).to.deep.equal([]);
    expect(valid).to.equal(true);
  };

  it("is formatted", async () => {
    expect(await succeed(".", "fmt", "-check", "-recursive", "-diff")).to.equal("");
  });

  it("is valid for AWS", async () => {
    await succeed("aws", "init", "-backend=false", "-input=false", "-no-color");
    await validate("aws");
  });

  it("makes of its variables for AWS what its own tests say", async () => {
    expect(await succeed("aws", "test", "-no-color")).to.match(
      /Success! [1-9]\d* passed, 0 failed/,
    );
  });

  it("is valid for Google, or says aloud that it is only format-checked for want of the provider", async () => {
    const { code, output } = await terraform.run("google", "init", "-backend=false", "-no-color");
    if (code === 0) return validate("google");
    expect(output).to.include("Failed to query available provider packages");
    expect(output).to.not.include("no available releases match");
    process.stdout.write(
      "      deploy/terraform/google is ONLY FORMAT-CHECKED: the google provider cannot be had here.\n",
    );
  });

  describe("the Cloud Run job", () => {
    const values = {
      GCP_PROJECT_ID: "my-project",
      GCP_DEFAULT_REGION: "some-region",
      FIRESTORE_DATABASE: "meetings",
      MANAGER_IMAGE: "registry/manager:1",
      MEETING_BOT_IMAGE: "registry/bot:1",
      SCRATCH_STORAGE_SIZE: "20Gi",
      NODE_ENV: "production",
      LOG_LEVEL: "DEBUG",
      MAX_RECORDING_DURATION_MINUTES: "60",
      MEETING_INACTIVITY_MINUTES: "7",
      INACTIVITY_DETECTION_START_DELAY_MINUTES: "3",
    };

    const specFor = async (given: Record<string, string>) => {
      await succeed("google/job-spec", "init", "-no-color");
      const variable = `values=${JSON.stringify(given)}`;
      const outcome = await terraform.run(
        "google/job-spec",
        ...["apply", "-auto-approve", "-no-color", "-var", variable],
      );
      return { ...outcome, spec: () => succeed("google/job-spec", "output", "-json", "job") };
    };

    it("is what job.yaml says", async () => {
      const template = readFileSync(join(ROOT, "deploy/cloud-run/job.yaml"), "utf8");
      const { metadata, spec } = parse(renderJob(template, values));
      const task = spec.template.spec.template.spec;
      expect(metadata.annotations).to.deep.equal({ "run.googleapis.com/launch-stage": "BETA" });
      expect(spec.template.metadata.annotations).to.deep.equal({
        "run.googleapis.com/execution-environment": "gen2",
      });
      expect(JSON.parse(await (await specFor(values)).spec())).to.deep.equal({
        launch_stage: "BETA",
        execution_environment: "EXECUTION_ENVIRONMENT_GEN2",
        parallelism: spec.template.spec.parallelism,
        task_count: spec.template.spec.taskCount,
        max_retries: task.maxRetries,
        timeout: `${task.timeoutSeconds}s`,
        containers: task.containers.map(asContainer),
        volumes: [{ name: "scratch", medium: "DISK", size: "20Gi" }],
      });
    });

    it("takes all of that over, field by field", async () => {
      const spec = JSON.parse(await (await specFor(values)).spec());
      const resource = readFileSync(join(FOLDER, "google/job.tf"), "utf8");
      const [, bot] = spec.containers;
      const { httpGet, ...pace } = bot.startup_probe;
      const uses = [
        ...Object.keys(spec).map((key) => `local.job.${key}`),
        ...Object.keys(bot).map((key) => `containers.value.${key}`),
        ...Object.keys(pace).map((key) => `startup_probe.value.${key}`),
        ...Object.keys(httpGet).map((key) => `startup_probe.value.httpGet.${key}`),
        ...Object.keys(bot.mounts[0]).map((key) => `volume_mounts.value.${key}`),
        ...Object.keys(spec.volumes[0]).map((key) => `volumes.value.${key}`),
      ];
      for (const use of uses) expect(resource).to.match(new RegExp(`\\b${use}\\b`));
      expect(resource).to.include("job_spec.job");
      for (const name of Object.keys(values)) expect(resource).to.include(` ${name} `);
    });

    it("is refused with a placeholder that stands for nothing", async () => {
      const { LOG_LEVEL: _, ...rest } = values;
      const { code, output } = await specFor(rest);
      expect(code).to.not.equal(0);
      expect(output).to.include("a placeholder that is not among the values");
    });
  });
});

interface ContainerYaml {
  name: string;
  image: string;
  resources: { limits: Record<string, string> };
  env: { name: string; value: string }[];
  startupProbe?: object;
  volumeMounts: { name: string; mountPath: string }[];
}

/** A container of job.yaml as the module has it; a field that this leaves out would be missing there. */
function asContainer({ resources, startupProbe, volumeMounts, ...same }: ContainerYaml) {
  return {
    ...same,
    limits: resources.limits,
    startup_probe: startupProbe ?? null,
    mounts: volumeMounts.map(({ name, mountPath }) => ({ name, path: mountPath })),
  };
}
