import { readdir } from "node:fs/promises";
import { expect } from "chai";
import type { StartupProbe } from "../../src/machine/container-spec.ts";
import { completed, jobOf, shell, TestCloudRun } from "./local-cloud-run.ts";

const PROBE: StartupProbe = {
  port: 3000,
  path: "/health",
  initialDelaySeconds: 0,
  periodSeconds: 1,
  timeoutSeconds: 1,
  failureThreshold: 10,
};

/** Answers on PORT, 200 below /health, and says when it has been asked; ends on SIGTERM. */
const SERVER = `
  require("http").createServer((request, response) => {
    console.log("asked=" + request.url);
    response.writeHead(request.url === "/health" ? 200 : 404).end();
  }).listen(process.env.PORT, () => console.log("port=" + process.env.PORT));
  process.on("SIGTERM", () => process.exit(0));`;

const server = (more: object = {}) =>
  shell("bot", SERVER, { command: [process.execPath, "-e"], env: { PORT: "3000" }, ...more });

describe("the start of an execution", () => {
  let cloudRun: TestCloudRun;

  afterEach(() => cloudRun.stop());

  it("lets a container wait until the one it depends on passes its probe", async () => {
    const manager = shell("manager", `echo "url=$URL"`, {
      dependsOn: ["bot"],
      env: { URL: "http://localhost:3000/join" },
    });
    cloudRun = await TestCloudRun.start([jobOf([manager, server({ startupProbe: PROBE })])]);
    const name = await cloudRun.run();
    const url = await cloudRun.logged(name, "manager", /url=(\S+)/);
    const log = await cloudRun.log(name, "bot");
    expect(log).to.include("asked=/health");
    expect(url).to.equal(`http://localhost:${/port=(\d+)/.exec(log)?.[1]}/join`);
  });

  it("takes an open port for an answer when the probe has no path", async () => {
    const { path: _, ...tcp } = PROBE;
    const manager = shell("manager", "echo up=yes", { dependsOn: ["bot"] });
    cloudRun = await TestCloudRun.start([jobOf([manager, server({ startupProbe: tcp })])]);
    const name = await cloudRun.run();
    expect(await cloudRun.logged(name, "manager", /up=(yes)/)).to.equal("yes");
  });

  it("fails the task when a container never passes its probe, and starts none that waits for it", async () => {
    const never = { ...PROBE, path: "/nowhere", failureThreshold: 2 };
    const manager = shell("manager", "echo up=yes", { dependsOn: ["bot"] });
    cloudRun = await TestCloudRun.start([jobOf([manager, server({ startupProbe: never })])]);
    const name = await cloudRun.run();
    const execution = await cloudRun.ended(name);
    expect(execution.failedCount).to.equal(1);
    expect(completed(execution)?.message).to.include("'bot' failed its startup probe");
    expect(await cloudRun.log(name, "manager")).to.equal("");
  });

  it("gives executions that run at once ports and volumes of their own, shared by their containers", async () => {
    const writer = shell(
      "manager",
      `echo "$TOKEN" > "$SCRATCH_DIR/file"; echo "wrote=$SCRATCH_DIR"`,
      {
        env: { SCRATCH_DIR: "/scratch" },
        mounts: [{ volume: "scratch", path: "/scratch" }],
      },
    );
    const reader = shell(
      "bot",
      `until [ -s "$DIR/file" ]; do sleep 0.05; done; echo "read=$(cat "$DIR/file") port=$PORT"; until [ -e "$DIR/go" ]; do sleep 0.05; done`,
      {
        env: { DIR: "/usr/src/app/_tempvideo", PORT: "3000" },
        mounts: [{ volume: "scratch", path: "/usr/src/app/_tempvideo" }],
      },
    );
    cloudRun = await TestCloudRun.start([jobOf([writer, reader])]);
    const override = (token: string) => ({
      containerOverrides: [{ name: "manager", env: [{ name: "TOKEN", value: token }] }],
    });
    const names = [await cloudRun.run(override("one")), await cloudRun.run(override("two"))];
    const read = await Promise.all(names.map((name) => cloudRun.logged(name, "bot", /(read=.*)/)));
    expect(read[0]).to.match(/^read=one port=\d+$/);
    expect(read[1]).to.match(/^read=two port=\d+$/);
    const ports = read.map((line) => line.split("port=")[1]);
    expect(new Set([...ports, "3000"])).to.have.property("size", 3);
    const folders = await Promise.all(
      names.map((name) => cloudRun.logged(name, "manager", /wrote=(\S+)/)),
    );
    expect(folders[0]).to.not.equal(folders[1]);
    for (const folder of folders) await readdir(folder);
    await Promise.all(names.map((name) => cloudRun.executions.cancelExecution({ name })));
    await Promise.all(names.map((name) => cloudRun.ended(name)));
    expect(await readdir(`${cloudRun.folder}/scratch`)).to.deep.equal([]);
  });
}).timeout(20_000);
