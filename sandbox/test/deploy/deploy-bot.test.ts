import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ROOT } from "../../src/root.ts";
import {
  ACCOUNT,
  ARN,
  BOT,
  definition,
  optionsOf,
  READ_ONLY,
  REGISTRY,
  STUB,
} from "./deploy-bot-stubs.ts";

const FOLDER = join(ROOT, "deploy/ecs");
/** The repository, as the script calls it. */
const REPOSITORY = ROOT.replace(/\/$/, "");
const SCRIPT = join(FOLDER, "deploy-bot.sh");
const shell = readFileSync(SCRIPT, "utf8");

const TAGS = [{ key: "owner", value: "us" }];

describe("deploy/ecs/deploy-bot.sh", () => {
  if (spawnSync("jq", ["--version"]).error) {
    it("is NOT CHECKED: there is no jq on the PATH, which CI must have", () => {
      expect(process.env["CI"], "CI is set").to.equal(undefined);
    });
    return;
  }

  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "deploy-bot-test-"));
    for (const name of ["aws", "docker", "git"]) {
      writeFileSync(join(folder, name), STUB);
      chmodSync(join(folder, name), 0o755);
    }
    describeAs("registry/bot:1", TAGS);
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const describeAs = (botImage: string, tags: object[]) => {
    const taskDefinition = { ...definition(botImage), ...READ_ONLY };
    writeFileSync(join(folder, "described"), JSON.stringify({ taskDefinition, tags }));
  };

  const linesOf = (name: string) =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8").split("\n") : [];

  const deploy = (args: string[], world: Record<string, string> = {}) => {
    const { status, stdout, stderr } = spawnSync(SCRIPT, args, {
      encoding: "utf8",
      env: {
        PATH: `${folder}:${process.env["PATH"]}`,
        CALLS: join(folder, "calls"),
        DESCRIBED: join(folder, "described"),
        REGISTERED: join(folder, "registered"),
        PASSWORD: join(folder, "password"),
        NOT_FOUND: "An error occurred (ImageNotFoundException)",
        FAIL: "nothing",
        ...world,
      },
    });
    const calls = linesOf("calls").filter(Boolean);
    return { status, stdout, stderr, calls, steps: calls.map(stepOf) };
  };

  /** The command of a call, without its arguments. */
  const stepOf = (call: string) => /^(?:git -C \S+ \S+|docker \S+|aws \S+ \S+)/.exec(call)?.[0];
  const registered = () => JSON.parse(linesOf("registered").join("\n"));

  const REQUIRED = ["--region", "xx-test-1", "--account", ACCOUNT];
  const BOT_ARGS = [...REQUIRED, "--base-image", "vendor/bot:1"];

  it("builds the bot's image around its own, pushes it and registers it, in this order", () => {
    const { status, stderr, stdout, calls, steps } = deploy(BOT_ARGS);
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: "" });
    expect(steps).to.deep.equal([
      `git -C ${REPOSITORY} status`,
      `git -C ${REPOSITORY} rev-parse`,
      "aws sts get-caller-identity",
      "aws ecs describe-task-definition",
      "aws ecr describe-images",
      "aws ecr get-login-password",
      "docker login",
      "docker build",
      "docker push",
      "aws ecs register-task-definition",
    ]);
    expect(calls).to.include.members([
      `docker build --platform linux/amd64 --tag ${BOT} --build-arg MEETING_BOT_IMAGE=vendor/bot:1 ${join(ROOT, "deploy/meeting-bot")}`,
      `docker push ${BOT}`,
    ]);
    expect(stdout).to.equal(`registered ${ARN}:8\n`);
  });

  it("changes one image in the task definition, and nothing else", () => {
    deploy(BOT_ARGS);
    expect(registered()).to.deep.equal({ ...definition(BOT), tags: TAGS });
  });

  it("registers no list of tags where there are none, which ECS would refuse", () => {
    describeAs("registry/bot:1", []);
    deploy(BOT_ARGS);
    expect(registered()).to.deep.equal(definition(BOT));
  });

  it("builds the manager's image from the root", () => {
    const { calls } = deploy([...REQUIRED, "--image", "manager", "--tag", "t1"]);
    const uri = `${REGISTRY}/meeting-bot/manager:t1`;
    expect(calls.filter((call) => call.startsWith("docker build"))).to.deep.equal([
      `docker build --platform linux/amd64 --tag ${uri} --file ${join(ROOT, "job-runner/Dockerfile")} ${REPOSITORY}`,
    ]);
    expect(registered().containerDefinitions[0]).to.include({ name: "manager", image: uri });
    expect(calls.join("\n")).to.not.include("git ");
  });

  it("builds another folder where it is told to", () => {
    const { calls } = deploy([
      ...REQUIRED,
      "--context",
      "/bot",
      "--dockerfile",
      "Dockerfile.production",
    ]);
    expect(calls).to.include(
      `docker build --platform linux/amd64 --tag ${BOT} --file /bot/Dockerfile.production /bot`,
    );
  });

  it("hands the registry's password on by standard input, and prints it nowhere", () => {
    const { stdout, stderr, calls } = deploy(BOT_ARGS);
    expect(linesOf("password")).to.deep.equal(["s3cret", ""]);
    expect([stdout, stderr, ...calls].join("\n")).to.not.include("s3cret");
  });

  it("does not build what is pushed already", () => {
    const { status, steps } = deploy(BOT_ARGS, { PUSHED: "yes" });
    expect(status).to.equal(0);
    expect(steps.join("\n")).to.not.include("docker");
    expect(registered().containerDefinitions[1]).to.include({ image: BOT });
  });

  it("registers nothing where the newest revision has the image already", () => {
    describeAs(BOT, TAGS);
    const { status, stdout, steps } = deploy(BOT_ARGS, { PUSHED: "yes" });
    expect(status).to.equal(0);
    expect(stdout).to.include(`${ARN}:7 has it already`);
    expect(steps).to.not.include("aws ecs register-task-definition");
  });

  it("rolls one service, where one is named, to the new revision", () => {
    const { status, calls } = deploy([...BOT_ARGS, "--cluster", "c", "--service", "s"]);
    expect(status).to.equal(0);
    expect(calls.filter((call) => call.includes("update-service"))).to.deep.equal([
      `aws ecs update-service --region xx-test-1 --cluster c --service s --task-definition ${ARN}:8 --force-new-deployment --query service.serviceArn --output text`,
    ]);
  });

  it("only looks in a rehearsal, and says what it would do", () => {
    const { status, stdout, steps } = deploy([
      ...BOT_ARGS,
      ...["--cluster", "c", "--service", "s", "--dry-run"],
    ]);
    expect(status).to.equal(0);
    const looks = /^(git|aws sts get-caller-identity|aws ec[rs] describe-)/;
    for (const step of steps) expect(step).to.match(looks);
    for (const step of [
      "docker build",
      "docker push",
      "register-task-definition",
      "update-service",
    ])
      expect(stdout).to.include(step);
  });

  it("stops at the first step that fails, and says which", () => {
    const failures: [step: string, said: string][] = [
      [`git -C ${REPOSITORY} status`, "git does not know this folder"],
      [`git -C ${REPOSITORY} rev-parse`, "there is no commit yet"],
      ["aws sts", "AWS does not know you"],
      ["aws ecs describe-task-definition", "there is no task definition meeting-bot in xx-test-1"],
      ["aws ecr get-login-password", "ECR gives no password"],
      ["docker login", "ECR did not let Docker in"],
      ["docker build", "the image could not be built"],
      ["docker push", "the image could not be pushed"],
      ["aws ecs register-task-definition", "ECS did not take the new revision"],
      ["aws ecs update-service", "ECS did not roll s"],
    ];
    for (const [step, said] of failures) {
      rmSync(join(folder, "calls"), { force: true });
      const { status, stderr, calls } = deploy([...BOT_ARGS, "--cluster", "c", "--service", "s"], {
        FAIL: step,
      });
      expect(status, step).to.equal(1);
      expect(stderr).to.include(`deploy-bot.sh: ${said}`);
      expect(calls.at(-1)?.startsWith(step), step).to.equal(true);
    }
  });

  it("refuses what would deploy something else than it says", () => {
    const refusals: [said: string, world: Record<string, string>, args: string[]][] = [
      ["changes that are not committed", { CHANGES: " M a.ts" }, []],
      ["has no container other", {}, ["--container", "other"]],
      ["ECR does not tell", { NOT_FOUND: "RepositoryNotFoundException" }, []],
      [`credentials of account ${ACCOUNT}, not of 999999999999`, {}, ["--account", "999999999999"]],
    ];
    for (const [said, world, args] of refusals) {
      const { status, stderr, steps } = deploy([...BOT_ARGS, ...args], world);
      expect(status, said).to.equal(1);
      expect(stderr).to.include(said);
      expect(steps.join("\n")).to.not.match(/docker|register/);
    }
  });

  it("says what is wrong with its arguments, and calls nobody", () => {
    const misuses: [said: string, args: string[]][] = [
      ["--region is missing", []],
      ["--region needs a value", ["--region"]],
      ["--account must be 12 digits", ["--region", "r", "--account", "me"]],
      ["--base-image is missing", REQUIRED],
      ["--image must be bot or manager, not x", [...REQUIRED, "--image", "x"]],
      ["--service needs --cluster", [...BOT_ARGS, "--service", "s"]],
      ["--dockerfile needs --context", [...BOT_ARGS, "--dockerfile", "d"]],
      ["--nonsense is not an option", ["--nonsense"]],
    ];
    for (const [said, args] of misuses) {
      const { status, stderr, calls } = deploy(args);
      expect({ status, calls }, said).to.deep.equal({ status: 2, calls: [] });
      expect(stderr).to.include(`deploy-bot.sh: ${said}`);
    }
  });

  it("explains every option with --help", () => {
    const { status, stdout } = deploy(["--help"]);
    expect(status).to.equal(0);
    for (const option of optionsOf(shell)) expect(stdout).to.include(option);
  });
});
