import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { connect } from "node:net";
import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { eventually } from "../../../test/eventually.ts";
import type { EcsOptions } from "../../src/ecs/server.ts";
import { gone } from "../cloud-run/local-cloud-run.ts";
import { containerOf, definitionOf, FOREVER, refusal, shell, TestEcs } from "./local-ecs.ts";

/** Ignores SIGTERM, and so does a child that it has moved to a session of its own. */
const STUBBORN = `trap '' TERM; setsid sh -c 'trap "" TERM; echo child=$$; ${FOREVER}' & ${FOREVER}`;

/** Ends itself on SIGTERM, in good order. */
const POLITE = `trap 'echo bye=yes; exit 0' TERM; echo up=yes; ${FOREVER}`;

/** Answers 200 below /health on PORT, and says where that is; ends on SIGTERM. */
const SERVER = `
  require("http").createServer((request, response) =>
    response.writeHead(request.url === "/health" ? 200 : 404).end(),
  ).listen(process.env.PORT, () => console.log("port=" + process.env.PORT));
  process.on("SIGTERM", () => {
    console.log("told=" + Date.now());
    process.exit(0);
  });`;

const server = (more: Partial<ContainerDefinition> = {}) =>
  shell("bot", SERVER, {
    entryPoint: [process.execPath, "-e"],
    environment: [{ name: "PORT", value: "3000" }],
    ...more,
  });

const asking = (path: string) => ({
  command: ["CMD-SHELL", `curl -f http://localhost:3000${path} || exit 1`],
  interval: 5,
  retries: 1,
});

describe("the life of a task", () => {
  let ecs: TestEcs;

  const start = async (containers: ContainerDefinition[], options: Partial<EcsOptions> = {}) => {
    ecs = await TestEcs.start([definitionOf(containers)], options);
    return ecs.run();
  };

  afterEach(() => ecs.stop());

  it("passes every station of Fargate's, and says when", async () => {
    const arn = await start([shell("manager", FOREVER)], { phaseMs: 300 });
    for (const station of ["PROVISIONING", "PENDING", "RUNNING"]) await ecs.at(arn, station);
    process.kill(await ecs.pidOf(arn, "manager"), "SIGKILL");
    expect((await ecs.at(arn, "DEPROVISIONING")).desiredStatus).to.equal("STOPPED");
    const task = await ecs.at(arn, "STOPPED");
    const times = [
      task.createdAt,
      task.pullStoppedAt,
      task.startedAt,
      task.stoppingAt,
      task.executionStoppedAt,
      task.stoppedAt,
    ].map(Number);
    expect(times).to.deep.equal(times.toSorted((one, other) => one - other));
    expect(containerOf(task, "manager")).to.include({ exitCode: 137, lastStatus: "STOPPED" });
  });

  it("ends with an essential container, whatever its exit code; the others are told to end", async () => {
    const arn = await start([shell("manager", "sleep 0.5; exit 0"), shell("bot", POLITE)]);
    const task = await ecs.at(arn, "STOPPED");
    expect(task).to.include({
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
    });
    expect(task.containers?.map(({ exitCode }) => exitCode)).to.deep.equal([0, 0]);
    expect(await ecs.log(arn, "bot")).to.include("bye=yes");
  });

  it("goes on without a container that is not essential", async () => {
    const arn = await start([
      shell("helper", "exit 9", { essential: false }),
      shell("manager", POLITE),
    ]);
    await ecs.logged(arn, "manager", /up=(yes)/);
    const helper = await eventually(async () => {
      const described = await ecs.describe(arn);
      const container = described && containerOf(described, "helper");
      return container?.lastStatus === "STOPPED" ? container : undefined;
    });
    expect(helper.exitCode).to.equal(9);
    const task = await ecs.at(arn, "RUNNING");
    expect(containerOf(task, "manager")?.lastStatus).to.equal("RUNNING");
  });

  it("ends when it is stopped: what does not end by itself is killed, with all its children", async () => {
    const arn = await start([shell("manager", POLITE), shell("bot", STUBBORN)]);
    await ecs.logged(arn, "manager", /up=(yes)/);
    const child = Number(await ecs.logged(arn, "bot", /child=(\d+)/));
    await ecs.stopTask(arn, "Enough.");
    const task = await ecs.at(arn, "STOPPED");
    expect(task).to.include({ stopCode: "UserInitiated", stoppedReason: "Enough." });
    expect(containerOf(task, "manager")?.exitCode).to.equal(0);
    expect(containerOf(task, "bot")?.exitCode).to.equal(137);
    await gone(await ecs.pidOf(arn, "bot"), child);
  });

  it("gives each container its own time to end", async () => {
    const arn = await start(
      [shell("manager", POLITE), shell("bot", STUBBORN, { stopTimeout: 0 })],
      { killGraceMs: undefined },
    );
    await ecs.logged(arn, "bot", /child=(\d+)/);
    const stoppedAt = Date.now();
    await ecs.stopTask(arn);
    await ecs.at(arn, "STOPPED");
    expect(Date.now() - stoppedAt).to.be.below(25_000);
  });

  it("ends at once when it is stopped before its containers start", async () => {
    const arn = await start([shell("manager", "true")], { phaseMs: 60_000 });
    await ecs.stopTask(arn);
    const task = await ecs.at(arn, "STOPPED");
    expect(task.stopCode).to.equal("UserInitiated");
    expect(task.startedAt).to.equal(undefined);
    expect(containerOf(task, "manager")?.exitCode).to.equal(undefined);
  });

  it("fails to start with a command that cannot be started", async () => {
    const arn = await start([shell("manager", "", { entryPoint: ["/no/such/command"] })]);
    const task = await ecs.at(arn, "STOPPED");
    expect(task.stopCode).to.equal("TaskFailedToStart");
    expect(task.stoppedReason).to.match(/^CannotStartContainerError: .*\/no\/such\/command/);
  });

  it("runs without a helper that cannot be started", async () => {
    const helper = shell("helper", "", { entryPoint: ["/no/such/command"], essential: false });
    const arn = await start([helper, shell("manager", FOREVER)]);
    const task = await ecs.at(arn, "RUNNING");
    expect(containerOf(task, "helper")?.reason).to.match(/^CannotStartContainerError: /);
  });

  it("starts a container when the one that it waits for is healthy, and stops it before that one", async () => {
    const last = `sleep 0.3; echo "last=$(node -p 'Date.now()')"; exit 0`;
    const manager = shell(
      "manager",
      `end() { ${last}; }; trap end TERM; echo "url=$URL"; ${FOREVER}`,
      {
        environment: [{ name: "URL", value: "http://localhost:3000/join" }],
        dependsOn: [{ containerName: "bot", condition: "HEALTHY" }],
      },
    );
    const bot = server({ healthCheck: asking("/health") });
    const arn = await start([manager, bot], { killGraceMs: 5000 });
    const url = await ecs.logged(arn, "manager", /url=(\S+)/);
    const port = await ecs.logged(arn, "bot", /port=(\d+)/);
    expect(url).to.equal(`http://localhost:${port}/join`);
    expect((await ecs.describe(arn))?.healthStatus).to.equal("HEALTHY");
    await ecs.stopTask(arn);
    const task = await ecs.at(arn, "STOPPED");
    expect(task.containers?.map(({ exitCode }) => exitCode)).to.deep.equal([0, 0]);
    const endedAt = Number(await ecs.logged(arn, "manager", /last=(\d+)/));
    expect(Number(await ecs.logged(arn, "bot", /told=(\d+)/))).to.be.at.least(endedAt);
  });

  it("fails to start when the container that another waits for is never healthy", async () => {
    const manager = shell("manager", "echo up=yes", {
      dependsOn: [{ containerName: "bot", condition: "HEALTHY" }],
    });
    const arn = await start([manager, server({ healthCheck: asking("/nowhere") })]);
    const task = await ecs.at(arn, "STOPPED");
    expect(task.stopCode).to.equal("TaskFailedToStart");
    expect(containerOf(task, "bot")?.healthStatus).to.equal("UNHEALTHY");
    expect(await ecs.log(arn, "manager")).to.equal("");
  });

  it("starts a container after the success of another, and not after its failure", async () => {
    const after = (condition: "SUCCESS" | "COMPLETE", exitCode: number) =>
      [
        shell("prepare", `exit ${exitCode}`, { essential: false }),
        shell("manager", "echo up=yes", { dependsOn: [{ containerName: "prepare", condition }] }),
      ] as const;
    const definitions = [after("SUCCESS", 0), after("COMPLETE", 1), after("SUCCESS", 1)].map(
      (containers) => definitionOf([...containers]),
    );
    ecs = await TestEcs.start(definitions);
    const stopCodes: (string | undefined)[] = [];
    for (const revision of [1, 2, 3]) {
      const arn = await ecs.run({ taskDefinition: `recorder:${revision}` });
      stopCodes.push((await ecs.at(arn, "STOPPED")).stopCode);
    }
    expect(stopCodes).to.deep.equal([
      "EssentialContainerExited",
      "EssentialContainerExited",
      "TaskFailedToStart",
    ]);
  });

  it("is given its overrides, its volumes and ports of its own", async () => {
    const manager = shell("manager", `echo "$TOKEN" > "$DIR/file"; echo "kept=$KEPT"; ${FOREVER}`, {
      environment: [
        { name: "DIR", value: "/scratch" },
        { name: "KEPT", value: "yes" },
      ],
      mountPoints: [{ sourceVolume: "scratch", containerPath: "/scratch" }],
    });
    const reader = `until [ -s "$DIR/file" ]; do sleep 0.05; done; echo "read=$(cat "$DIR/file") port=$PORT"; ${FOREVER}`;
    const bot = shell("bot", reader, {
      environment: [
        { name: "DIR", value: "/usr/src/app" },
        { name: "PORT", value: "3000" },
      ],
      mountPoints: [{ sourceVolume: "scratch", containerPath: "/usr/src/app" }],
    });
    ecs = await TestEcs.start([definitionOf([manager, bot])]);
    const arns = await Promise.all(
      ["one", "two"].map((value) =>
        ecs.run({
          overrides: {
            containerOverrides: [{ name: "manager", environment: [{ name: "TOKEN", value }] }],
          },
        }),
      ),
    );
    const read = await Promise.all(arns.map((arn) => ecs.logged(arn, "bot", /(read=.*)/)));
    expect(read[0]).to.match(/^read=one port=\d+$/);
    expect(read[1]).to.match(/^read=two port=\d+$/);
    const ports = read.map((line) => line.split("port=")[1]);
    expect(new Set([...ports, "3000"])).to.have.property("size", 3);
    for (const arn of arns) expect(await ecs.log(arn, "manager")).to.include("kept=yes");
  });

  it("ends with the server's: no process, port or folder is left, only logs", async () => {
    const arn = await start([shell("manager", STUBBORN), server()]);
    const port = Number(await ecs.logged(arn, "bot", /port=(\d+)/));
    const child = Number(await ecs.logged(arn, "manager", /child=(\d+)/));
    const pids = [await ecs.pidOf(arn, "manager"), await ecs.pidOf(arn, "bot"), child];
    await ecs.server.stop();
    await gone(...pids);
    for (const closed of [port, ecs.server.port]) {
      const error = await refusal(once(connect(closed, "127.0.0.1"), "connect"));
      expect(error).to.include({ code: "ECONNREFUSED" });
    }
    expect(await readdir(`${ecs.folder}/scratch`)).to.deep.equal([]);
    expect(await readdir(`${ecs.folder}/logs`)).to.have.length(2);
  });
}).timeout(30_000);
