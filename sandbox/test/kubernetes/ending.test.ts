import { expect } from "chai";
import { until } from "../../../test/eventually.ts";
import { gone } from "../cloud-run/local-cloud-run.ts";
import {
  FOREVER,
  finalCondition,
  jobOf,
  namespace,
  POLITE,
  shell,
  sidecar,
  TestKubernetes,
} from "./local-kubernetes.ts";
import { refusal } from "./refusal.ts";

/** Ignores SIGTERM, and so does a child in a session of its own. (`$$$$` reaches the shell as `$$`.) */
const STUBBORN = `trap '' TERM; setsid sh -c 'trap "" TERM; echo child=$$$$; ${FOREVER}' & ${FOREVER}`;

describe("the end of a job", function () {
  this.timeout(20_000);

  let kubernetes: TestKubernetes;

  const remove = (name: string, propagationPolicy?: string) =>
    kubernetes.batch.deleteNamespacedJob({
      namespace,
      name,
      ...(propagationPolicy && { propagationPolicy }),
    });
  const start = async (name: string, spec = {}) => {
    const pod = { initContainers: [sidecar(POLITE)], containers: [shell("manager", POLITE)] };
    await kubernetes.create(jobOf(name, pod, spec));
    await kubernetes.logged(name, "bot", /up=(yes)/);
    await kubernetes.logged(name, "manager", /up=(yes)/);
    return kubernetes.latest();
  };

  beforeEach(async () => {
    kubernetes = await TestKubernetes.start({ killGraceMs: 1500 });
  });
  afterEach(() => kubernetes.stop());

  it("comes with its deadline: the pods are deleted, and the job has failed", async () => {
    const record = await start("late", { activeDeadlineSeconds: 2 });
    const job = await kubernetes.ended("late");
    expect(finalCondition(job)).to.include({
      type: "Failed",
      reason: "DeadlineExceeded",
      message: "Job was active longer than specified deadline",
    });
    expect(await kubernetes.log("late", "manager")).to.include("bye=yes");
    expect(await kubernetes.pods("late")).to.deep.equal([]);
    await gone(...Object.values(record.pids));
  });

  it("comes with its deletion, which ends all processes, also those that do not want to", async () => {
    const pod = { initContainers: [sidecar(POLITE)], containers: [shell("manager", STUBBORN)] };
    await kubernetes.create(jobOf("deleted", pod));
    const child = Number(await kubernetes.logged("deleted", "manager", /child=(\d+)/));
    const record = kubernetes.latest();
    const status = await remove("deleted", "Background");
    expect(status).to.include({ kind: "Status", status: "Success" });
    const { code, body } = await refusal(kubernetes.read("deleted"));
    expect(code).to.equal(404);
    expect(body.message).to.equal('jobs.batch "deleted" not found');
    const terminating = await kubernetes.pod("deleted");
    expect(terminating.metadata?.deletionTimestamp).to.be.an.instanceOf(Date);
    await gone(child, ...Object.values(record.pids));
    await until(async () => (await kubernetes.pods("deleted")).length === 0);
    expect(await kubernetes.log("deleted", "bot")).to.include("bye=yes");
    expect(record.ended).to.include({ state: "deleted" });
  });

  it("leaves the job there until its pods are gone when deleted in the foreground", async () => {
    await start("foreground");
    const answer = await remove("foreground", "Foreground");
    expect(answer).to.include({ kind: "Job" });
    expect((await kubernetes.read("foreground")).metadata?.finalizers).to.deep.equal([
      "foregroundDeletion",
    ]);
    await until(async () => kubernetes.latest().gone);
    expect((await refusal(kubernetes.read("foreground"))).code).to.equal(404);
    expect(await kubernetes.pods("foreground")).to.deep.equal([]);
  });

  it("leaves its pods running when deleted without a policy, as batch/v1 does", async () => {
    const record = await start("orphaned");
    await remove("orphaned");
    expect((await refusal(kubernetes.read("orphaned"))).code).to.equal(404);
    const pod = await kubernetes.pod("orphaned");
    expect(pod.status?.phase).to.equal("Running");
    expect(pod.metadata?.ownerReferences).to.equal(undefined);
    expect(record.ended).to.equal(undefined);
  });

  it("gives the name free for another job", async () => {
    const first = await start("again");
    await remove("again", "Background");
    await kubernetes.create(jobOf("again"));
    await kubernetes.ended("again");
    await until(() => first.ended !== undefined);
  });

  it("is followed by its removal after its time to live", async () => {
    await kubernetes.create(jobOf("brief", {}, { ttlSecondsAfterFinished: 1 }));
    await kubernetes.ended("brief");
    expect(await kubernetes.pods("brief")).to.have.length(1);
    await until(() => kubernetes.latest().gone);
    expect((await refusal(kubernetes.read("brief"))).code).to.equal(404);
    expect(await kubernetes.pods("brief")).to.deep.equal([]);
  });

  it("answers 404 to the deletion of a job that does not exist", async () => {
    expect((await refusal(remove("none", "Background"))).code).to.equal(404);
  });

  it("comes with the server's, which leaves no process", async () => {
    const record = await start("stopped");
    const { server } = kubernetes;
    await server.stop();
    await gone(...Object.values(record.pids));
    kubernetes = await TestKubernetes.start();
  });
});
