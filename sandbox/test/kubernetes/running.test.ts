import { existsSync } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { expect } from "chai";
import { gone } from "../cloud-run/local-cloud-run.ts";
import {
  condition,
  FOREVER,
  finalCondition,
  jobOf,
  POLITE,
  shell,
  sidecar,
  TestKubernetes,
} from "./local-kubernetes.ts";

/** Answers on its port, with 200 once the file that it is told exists. */
const SERVER = `
  import { existsSync } from "node:fs";
  import { createServer } from "node:http";
  const up = () => existsSync(process.env.GO);
  createServer((_, response) => response.writeHead(up() ? 200 : 503).end()).listen(process.env.PORT);
  console.log("listening=yes");
`;

const VOLUMES = [{ name: "shared", emptyDir: {} }];

/** What lets a container find the volume that it shares with the others. */
const SHARED = {
  env: [{ name: "SHARED", value: "/shared" }],
  volumeMounts: [{ name: "shared", mountPath: "/shared" }],
};

describe("a running job", function () {
  this.timeout(20_000);

  let kubernetes: TestKubernetes;

  beforeEach(async () => {
    const node = { command: [process.execPath, "--input-type=module", "-e"] };
    const images = { sh: { command: ["/bin/sh", "-c"] }, node };
    kubernetes = await TestKubernetes.start({ images });
  });
  afterEach(() => kubernetes.stop());

  it("starts its main container when the sidecar has passed its startup probe", async () => {
    const go = `${kubernetes.folder}/go`;
    const bot = sidecar(SERVER, {
      image: "node",
      env: [
        { name: "PORT", value: "3000" },
        { name: "GO", value: go },
      ],
      startupProbe: {
        httpGet: { path: "/health", port: 3000 },
        periodSeconds: 1,
        failureThreshold: 60,
      },
    });
    const containers = [shell("manager", POLITE)];
    await kubernetes.create(jobOf("probed", { initContainers: [bot], containers }));
    await kubernetes.logged("probed", "bot", /listening=(yes)/);
    const waiting = await kubernetes.pod("probed");
    expect(waiting.status?.phase).to.equal("Pending");
    expect(waiting.status?.initContainerStatuses?.[0]).to.deep.include({ started: false });
    expect(waiting.status?.containerStatuses?.[0]?.state?.waiting?.reason).to.equal(
      "PodInitializing",
    );
    expect(condition(waiting, "Initialized")).to.include({
      status: "False",
      message: "containers with incomplete status: [bot]",
    });
    await writeFile(go, "");
    await kubernetes.logged("probed", "manager", /up=(yes)/);
    const running = await kubernetes.pod("probed", ({ status }) => status?.phase === "Running");
    expect(condition(running, "Ready")?.status).to.equal("True");
    expect((await kubernetes.read("probed")).status).to.include({ active: 1, ready: 1 });
  });

  it("is complete when its main container has exited, and ends the sidecar with it", async () => {
    const pod = {
      initContainers: [sidecar(POLITE)],
      containers: [shell("manager", "sleep 0.3; echo done")],
    };
    await kubernetes.create(jobOf("good", pod));
    const job = await kubernetes.ended("good");
    expect(finalCondition(job)).to.include({
      type: "Complete",
      status: "True",
      reason: "CompletionsReached",
    });
    expect(job.status).to.include({ succeeded: 1 });
    expect(job.status?.completionTime).to.be.an.instanceOf(Date);
    expect(await kubernetes.log("good", "bot")).to.include("bye=yes");
    const [ended] = await kubernetes.pods("good");
    expect(ended?.status?.phase).to.equal("Succeeded");
    expect(ended?.status?.containerStatuses?.[0]?.state?.terminated).to.include({
      exitCode: 0,
      reason: "Completed",
    });
    await gone(...Object.values(kubernetes.latest().pids));
    expect(await readdir(`${kubernetes.folder}/scratch`)).to.deep.equal([]);
  });

  it("fails with its main container's exit code", async () => {
    await kubernetes.create(jobOf("bad", { containers: [shell("manager", "exit 3")] }));
    const job = await kubernetes.ended("bad");
    expect(finalCondition(job)).to.include({
      type: "Failed",
      reason: "BackoffLimitExceeded",
      message: "Job has reached the specified backoff limit",
    });
    expect(job.status).to.include({ failed: 1 });
    const [pod] = await kubernetes.pods("bad");
    expect(pod?.status?.containerStatuses?.[0]?.state?.terminated).to.include({
      exitCode: 3,
      reason: "Error",
    });
    expect(kubernetes.latest().ended).to.include({ state: "failed" });
  });

  it("starts a sidecar again that exits", async () => {
    const again = 'test -e "$SHARED/seen" && exec sleep 60; touch "$SHARED/seen"; exit 7';
    const initContainers = [sidecar(again, SHARED)];
    const pod = { volumes: VOLUMES, initContainers, containers: [shell("manager", FOREVER)] };
    await kubernetes.create(jobOf("restarted", pod));
    const { status } = await kubernetes.pod("restarted", (one) => {
      const [bot] = one.status?.initContainerStatuses ?? [];
      return bot?.restartCount === 1 && bot.state?.running !== undefined;
    });
    expect(status?.phase).to.equal("Running");
    expect(status?.initContainerStatuses?.[0]?.lastState?.terminated).to.include({
      exitCode: 7,
      reason: "Error",
    });
  });

  it("lets a sidecar that exits again and again wait longer", async () => {
    const pod = { initContainers: [sidecar("exit 1")], containers: [shell("manager", FOREVER)] };
    await kubernetes.create(jobOf("crashing", pod));
    const { status } = await kubernetes.pod(
      "crashing",
      (one) =>
        one.status?.initContainerStatuses?.[0]?.state?.waiting !== undefined &&
        one.status.initContainerStatuses[0].restartCount > 0,
    );
    expect(status?.initContainerStatuses?.[0]?.state?.waiting).to.include({
      reason: "CrashLoopBackOff",
    });
  });

  it("starts a sidecar again that fails its startup probe, and no main container", async () => {
    const startupProbe = { tcpSocket: { port: 3000 }, periodSeconds: 1, failureThreshold: 1 };
    const initContainers = [sidecar(POLITE, { startupProbe })];
    const containers = [shell("manager", "echo started=yes")];
    await kubernetes.create(jobOf("unready", { initContainers, containers }));
    const { status } = await kubernetes.pod(
      "unready",
      (one) => one.status?.initContainerStatuses?.[0]?.restartCount === 1,
    );
    expect(status?.phase).to.equal("Pending");
    expect(await kubernetes.log("unready", "manager")).to.equal("");
  });

  it("runs init containers to their end before the main ones, and stops at one that fails", async () => {
    const steps = (last: string) => ({
      volumes: VOLUMES,
      initContainers: [shell("one", 'echo one > "$SHARED/one"', SHARED), shell("two", last)],
      containers: [shell("manager", 'echo read="$(cat "$SHARED/one")"', SHARED)],
    });
    await kubernetes.create(jobOf("steps", steps("true")));
    await kubernetes.ended("steps");
    expect(await kubernetes.log("steps", "manager")).to.include("read=one");
    await kubernetes.create(jobOf("stopped", steps("exit 4")));
    expect(finalCondition(await kubernetes.ended("stopped"))?.type).to.equal("Failed");
    expect(await kubernetes.log("stopped", "manager")).to.equal("");
  });

  it("gives a container its own environment, expanded, and the pod's name", async () => {
    const env = [
      { name: "FIRST", value: "one" },
      { name: "SECOND", value: "$(FIRST) $(NONE) $$(FIRST) $$5" },
    ];
    const containers = [shell("manager", 'echo "$SECOND"; echo "$HOSTNAME"; env', { env })];
    await kubernetes.create(jobOf("env", { containers }));
    await kubernetes.ended("env");
    const [first, host, ...rest] = (await kubernetes.log("env", "manager")).split("\n");
    expect(first).to.equal("one $(NONE) $(FIRST) $5");
    expect(host).to.equal((await kubernetes.pods("env"))[0]?.metadata?.name);
    expect(rest.join("\n")).not.to.include("npm_");
  });

  it("waits with the kubelet's words for an image that there is none of", async () => {
    const containers = [{ name: "manager", image: "registry.example/none:1" }];
    await kubernetes.create(jobOf("imageless", { containers }));
    const { status } = await kubernetes.pod("imageless");
    expect(status?.containerStatuses?.[0]?.state?.waiting?.reason).to.equal("ImagePullBackOff");
    expect(existsSync(`${kubernetes.folder}/scratch`)).to.equal(false);
  });

  it("starts another pod for one that failed while the back-off limit allows it", async () => {
    const containers = [shell("manager", "exit 1")];
    await kubernetes.create(jobOf("retried", { containers }, { backoffLimit: 1 }));
    const job = await kubernetes.ended("retried");
    expect(job.status?.failed).to.equal(2);
    expect(await kubernetes.pods("retried")).to.have.length(2);
  });
});
