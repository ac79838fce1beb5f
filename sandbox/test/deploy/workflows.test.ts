import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { ROOT } from "../../src/root.ts";

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}

interface Job {
  uses?: string;
  "runs-on"?: string;
  "timeout-minutes"?: number;
  environment?: string;
  permissions?: Record<string, string>;
  steps?: Step[];
}

interface Workflow {
  name: string;
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}

const FOLDER = join(ROOT, ".github/workflows");
const TEXTS = new Map(
  readdirSync(FOLDER).map((file) => [file, readFileSync(join(FOLDER, file), "utf8")]),
);
const WORKFLOWS = [...TEXTS].map(([file, text]) => ({ file, ...(parse(text) as Workflow) }));
const JOBS = WORKFLOWS.flatMap(({ file, jobs }) =>
  Object.entries(jobs).map(([id, job]) => ({ where: `${id} of ${file}`, ...job })),
);
const STEPS = JOBS.flatMap(({ steps = [] }) => steps);
const COMMANDS = STEPS.map(({ run = "" }) => run).join("\n");

const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

describe(".github/workflows", () => {
  it("tests every pull request and every push, and tests before it pushes and deploys", () => {
    const [ci, images] = ["ci.yml", "images.yml"].map((name) =>
      WORKFLOWS.find(({ file }) => file === name),
    );
    expect(ci?.on).to.have.keys("pull_request", "push", "workflow_call");
    expect(ci?.on["push"]).to.deep.equal({ "branches-ignore": ["main"] });
    expect(images?.on["push"]).to.deep.equal({ branches: ["main"], tags: ["v*"] });
    expect(images?.jobs["test"]).to.include({ uses: "./.github/workflows/ci.yml" });
    expect(images?.jobs["push"]).to.include({ needs: "test" });
    expect(images?.jobs["deploy"]).to.include({ needs: "push" });
    expect(COMMANDS).to.match(/^npm test$/m);
  });

  it("runs only npm scripts that there are", () => {
    const run = [...COMMANDS.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name]) => name);
    expect(run).to.include.members(["setup", "render:job"]);
    expect(Object.keys(scripts)).to.include.members([...run, "test"]);
  });

  it("names only files, workflows and functions that there are", () => {
    const { functions } = JSON.parse(readFileSync(join(ROOT, "firebase.json"), "utf8"));
    const [, codebase] = /--only functions:([\w-]+)/.exec(COMMANDS) ?? [];
    expect(codebase).to.equal(functions[0].codebase);
    const local = JOBS.flatMap(({ uses }) => uses ?? []);
    const named = [...COMMANDS.matchAll(/(?:--file |\s)((?:job-runner|deploy)\/[\w./-]+)/g)];
    const files = named.map(([, file = ""]) => file);
    expect(files).to.include.members(["job-runner/Dockerfile", "deploy/meeting-bot"]);
    for (const file of [...local, ...files, ".nvmrc"]) {
      expect(existsSync(join(ROOT, file)), file).to.equal(true);
    }
  });

  it("gives a job the right to read, and a token only to a job of a GitHub environment", () => {
    for (const { permissions } of WORKFLOWS)
      expect(permissions).to.deep.equal({ contents: "read" });
    const withToken = JOBS.filter(({ permissions = {} }) => permissions["id-token"]);
    for (const { where, permissions, environment, uses } of withToken) {
      expect(permissions, where).to.deep.equal({ contents: "read", "id-token": "write" });
      expect(Boolean(environment) !== Boolean(uses), where).to.equal(true);
    }
    const others = JOBS.filter((job) => !withToken.includes(job));
    for (const { where, permissions } of others) expect(permissions, where).to.equal(undefined);
  });

  it("uses no secret and no key: whoever it is to Google is told by federation", () => {
    for (const [file, text] of TEXTS) {
      expect(text, file).to.not.match(/secrets[.[]|credentials_json|FIREBASE_TOKEN|AWS_SECRET/);
      expect(text, file).to.not.include("pull_request_target");
    }
    const signIns = STEPS.filter(({ uses }) => uses?.startsWith("google-github-actions/auth@"));
    expect(signIns).to.have.length(2);
    for (const { with: options } of signIns) {
      expect(options).to.include.keys("workload_identity_provider", "service_account");
    }
  });

  it("uses actions by their commits, with the version beside them", () => {
    const used = [...TEXTS.values()].flatMap((text) => text.match(/uses: [^.\s].*/g) ?? []);
    expect(used).to.have.length.above(6);
    for (const line of used) expect(line).to.match(/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    const versions = new Map(used.map((line) => [line.split("@")[0], line]));
    for (const line of used) expect(line).to.equal(versions.get(line.split("@")[0] ?? ""));
  });

  it("leaves no git credentials on the machine, and no job running for ever", () => {
    for (const { uses, with: options } of STEPS.filter((step) => step.uses?.includes("checkout"))) {
      expect(options, uses).to.include({ "persist-credentials": false });
    }
    for (const job of JOBS.filter(({ uses }) => !uses)) {
      expect(job["timeout-minutes"], job.where).to.be.within(1, 60);
      expect(job["runs-on"], job.where).to.equal("ubuntu-24.04");
    }
  });

  it("puts no expression into a command, where it would be executed", () => {
    expect(COMMANDS).to.not.include("${{");
  });

  it("asks for the variables and environments that deploy/terraform/google prints", () => {
    const terraform = join(ROOT, "deploy/terraform/google");
    const outputs = readFileSync(join(terraform, "outputs.tf"), "utf8");
    const federation = readFileSync(join(terraform, "federation.tf"), "utf8");
    const asked = [...TEXTS.values()].flatMap((text) => [...text.matchAll(/vars\.([A-Z_]+)/g)]);
    const printed = [...outputs.matchAll(/^ +([A-Z_]+) += /gm)].map(([, name]) => name);
    // The one is the repository's, the other nothing that Terraform makes.
    const byHand = ["DEPLOY", "BASE_BOT_IMAGE"];
    expect([...printed, ...byHand]).to.include.members(asked.map(([, name]) => name));
    expect(federation).to.match(/"\$\{var\.github\.environment\}-images"/);
    const environments = JOBS.map(({ environment = "" }) => environment).join(" ");
    for (const name of ["development", "production"]) {
      expect(environments).to.include(`'${name}-images'`);
      expect(TEXTS.get("deploy.yml")).to.match(new RegExp(`options: \\[.*\\b${name}\\b`));
    }
  });

  it("tests with the Java and the Node that the project asks for", () => {
    const java = STEPS.find(({ uses }) => uses?.startsWith("actions/setup-java@"));
    expect(java?.with).to.include({ "java-version": "17" });
    const node = STEPS.filter(({ uses }) => uses?.startsWith("actions/setup-node@"));
    for (const { with: options } of node) {
      expect(options).to.include({ "node-version-file": ".nvmrc" });
    }
  });
});
