import { status } from "@grpc/grpc-js";
import { expect } from "chai";
import {
  completed,
  type Execution,
  JOB,
  jobOf,
  LOCATION,
  shell,
  TestCloudRun,
} from "./local-cloud-run.ts";
import { refusal } from "./refusal.ts";

describe("RunJob", () => {
  let cloudRun: TestCloudRun;

  before(async () => {
    const manager = shell("manager", 'echo "token=$CLAIM_TOKEN level=$LEVEL"; env | sort', {
      env: { LEVEL: "low", KEPT: "yes" },
    });
    const failing = shell("only", "exit 3");
    const options = { platformEnv: { FIRESTORE_EMULATOR_HOST: "127.0.0.1:8081" } };
    const jobs = [
      jobOf([manager, shell("bot", "echo bot >&2")], { labels: { scope: "test" } }),
      jobOf([failing], { name: "failing" }),
      jobOf([shell("only", 'test "$CLOUD_RUN_TASK_ATTEMPT" = 1')], {
        name: "retried",
        maxRetries: 1,
      }),
    ];
    cloudRun = await TestCloudRun.start(jobs, options);
  });

  after(() => cloudRun.stop());

  const override = (env: Record<string, string>) => ({
    containerOverrides: [
      { name: "manager", env: Object.entries(env).map(([name, value]) => ({ name, value })) },
    ],
  });

  it("answers at once with an operation whose metadata names the execution", async () => {
    const [operation] = await cloudRun.jobs.runJob({ name: JOB });
    const { name } = operation.metadata as Execution;
    expect(name).to.match(
      /^projects\/demo-test\/locations\/us-central1\/jobs\/recorder\/executions\/recorder-[a-z0-9]{5}$/,
    );
    const [execution] = (await operation.promise()) as [Execution, unknown, unknown];
    expect(execution.name).to.equal(name);
    expect(execution.succeededCount).to.equal(1);
  });

  it("merges the override's environment into the container's and keeps what the processes print", async () => {
    const name = await cloudRun.run(override({ CLAIM_TOKEN: "t-1", LEVEL: "high" }));
    const execution = await cloudRun.ended(name);
    const manager = await cloudRun.log(name, "manager");
    expect(manager).to.include("token=t-1 level=high").and.include("KEPT=yes");
    expect(await cloudRun.log(name, "bot")).to.equal("bot\n");
    const env = execution.template?.containers?.[0]?.env ?? [];
    expect(env.find((entry) => entry.name === "CLAIM_TOKEN")?.value).to.equal("t-1");
  });

  it("gives containers Cloud Run's and the platform's variables and nothing of the host's", async () => {
    const name = await cloudRun.run();
    await cloudRun.ended(name);
    const lines = (await cloudRun.log(name, "manager")).split("\n").slice(1, -1);
    const env = Object.fromEntries(lines.map((line) => line.split("=", 2)));
    const { HOME, TMPDIR, PATH, PWD, ...rest } = env;
    expect(HOME).to.equal(TMPDIR).and.equal(PWD);
    expect(PATH).to.include("/usr/bin");
    delete rest["_"];
    delete rest["OLDPWD"];
    delete rest["SHLVL"];
    expect(rest).to.deep.equal({
      CLOUD_RUN_EXECUTION: name.split("/").at(-1),
      CLOUD_RUN_JOB: "recorder",
      CLOUD_RUN_TASK_ATTEMPT: "0",
      CLOUD_RUN_TASK_COUNT: "1",
      CLOUD_RUN_TASK_INDEX: "0",
      FIRESTORE_EMULATOR_HOST: "127.0.0.1:8081",
      KEPT: "yes",
      LEVEL: "low",
    });
  });

  it("replaces a container's args and runs as many tasks as asked for", async () => {
    const name = await cloudRun.run({
      taskCount: 2,
      containerOverrides: [{ name: "bot", args: ['echo "task $CLOUD_RUN_TASK_INDEX"'] }],
    });
    expect((await cloudRun.ended(name)).succeededCount).to.equal(2);
    const lines = (await cloudRun.log(name, "bot")).trim().split("\n");
    expect(lines.sort()).to.deep.equal(["task 0", "task 1"]);
  });

  it("tells a success by its counts, times, labels and condition", async () => {
    const execution = await cloudRun.ended(await cloudRun.run());
    expect(execution).to.include({ succeededCount: 1, runningCount: 0, failedCount: 0 });
    expect(execution.labels).to.deep.equal({ scope: "test" });
    expect(Number(execution.completionTime?.seconds)).to.be.at.least(
      Number(execution.startTime?.seconds),
    );
    expect(completed(execution)?.state).to.equal("CONDITION_SUCCEEDED");
  });

  it("tells a failure by its exit code, and the operation fails with it", async () => {
    const [operation] = await cloudRun.jobs.runJob({ name: `${LOCATION}/jobs/failing` });
    const error = await operation.promise().then(
      () => undefined,
      (reason: { code: number; message: string }) => reason,
    );
    expect(error?.code).to.equal(status.ABORTED);
    expect(error?.message).to.match(
      /Task failing-.{5}-task0 failed with exit code: 3 and message: The container exited with an error\./,
    );
    const execution = await cloudRun.ended((operation.metadata as Execution).name ?? "");
    expect(execution.failedCount).to.equal(1);
    expect(completed(execution)).to.include({
      state: "CONDITION_FAILED",
      executionReason: "NON_ZERO_EXIT_CODE",
    });
  });

  it("runs a failed task again as often as the job says", async () => {
    const execution = await cloudRun.ended(await cloudRun.run({}, `${LOCATION}/jobs/retried`));
    expect(execution).to.include({ succeededCount: 1, retriedCount: 1, failedCount: 0 });
  });

  it("knows its jobs and says in the service's words which one it does not know", async () => {
    const [job] = await cloudRun.jobs.getJob({ name: JOB });
    expect(job.template?.template?.containers?.map(({ name }) => name)).to.deep.equal([
      "manager",
      "bot",
    ]);
    const unknown = `${LOCATION}/jobs/nobody`;
    for (const call of [cloudRun.jobs.getJob({ name: unknown }), cloudRun.run({}, unknown)]) {
      const error = await refusal(call);
      expect(error.code).to.equal(status.NOT_FOUND);
      expect(error.message).to.include(
        "Resource 'nobody' of kind 'JOB' in region 'us-central1' in project 'demo-test' does not exist.",
      );
    }
  });

  it("refuses an override of a container that the job does not have", async () => {
    const error = await refusal(cloudRun.run({ containerOverrides: [{ name: "sidecar" }] }));
    expect(error.code).to.equal(status.INVALID_ARGUMENT);
    expect(error.message).to.include("sidecar");
  });

  it("does not start when a container's image has no local command", async () => {
    const job = jobOf([shell("manager", "", { image: "unknown-image" })]);
    const error = await refusal(TestCloudRun.start([job]));
    expect(error.message).to.include("unknown-image");
  });
}).timeout(20_000);
