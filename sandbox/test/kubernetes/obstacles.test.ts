import { expect } from "chai";
import { until } from "../../../test/eventually.ts";
import { gone } from "../cloud-run/local-cloud-run.ts";
import {
  condition,
  FOREVER,
  finalCondition,
  jobOf,
  namespace,
  POLITE,
  shell,
  sidecar,
  TestKubernetes,
} from "./local-kubernetes.ts";

const IGNORE_DISRUPTION = {
  podFailurePolicy: {
    rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }],
  },
};

for (const mode of ["run", "accept"] as const) {
  describe(`an obstacle for a pod (${mode})`, function () {
    this.timeout(20_000);

    let kubernetes: TestKubernetes;
    const pod = { initContainers: [sidecar(POLITE)], containers: [shell("manager", FOREVER)] };

    const meet = async (obstacle: Parameters<typeof inject>[0], spec = {}) => {
      inject(obstacle);
      await kubernetes.create(jobOf("met", pod, spec));
    };
    const inject = (
      obstacle: "image-pull-back-off" | "unschedulable" | "oom-killed" | "evicted" | "node-lost",
    ) => kubernetes.server.inject({ kind: "obstacle", obstacle });

    beforeEach(async () => {
      // Without a stand-in's word nothing would end here.
      const standIn = () => Promise.withResolvers<void>().promise;
      kubernetes = await TestKubernetes.start({ mode, standIn });
    });
    afterEach(() => kubernetes.stop());

    it("leaves a pod waiting for an image that cannot be pulled, until its deadline", async () => {
      await meet("image-pull-back-off", { activeDeadlineSeconds: 1 });
      const { status } = await kubernetes.pod("met");
      expect(status?.phase).to.equal("Pending");
      expect(status?.initContainerStatuses?.[0]?.state?.waiting?.reason).to.equal(
        "ImagePullBackOff",
      );
      expect(status?.initContainerStatuses?.[0]?.state?.waiting?.message).to.include(
        'Back-off pulling image "sh"',
      );
      expect(status?.containerStatuses?.[0]?.state?.waiting?.reason).to.equal("PodInitializing");
      const job = await kubernetes.ended("met");
      expect(finalCondition(job)?.reason).to.equal("DeadlineExceeded");
    });

    it("leaves a pod without a node", async () => {
      await meet("unschedulable");
      const found = await kubernetes.pod("met");
      expect(found.status?.phase).to.equal("Pending");
      expect(found.spec?.nodeName).to.equal(undefined);
      expect(found.status?.containerStatuses).to.equal(undefined);
      expect(condition(found, "PodScheduled")).to.include({
        status: "False",
        reason: "Unschedulable",
      });
      expect((await kubernetes.read("met")).status).to.include({ active: 1, ready: 0 });
      const propagationPolicy = "Background";
      await kubernetes.batch.deleteNamespacedJob({ namespace, name: "met", propagationPolicy });
      await until(() => kubernetes.latest().ended !== undefined);
    });

    it("kills a container that runs out of memory", async () => {
      await meet("oom-killed");
      const job = await kubernetes.ended("met");
      expect(finalCondition(job)?.reason).to.equal("BackoffLimitExceeded");
      const { status } = await kubernetes.pod("met");
      expect(status?.phase).to.equal("Failed");
      expect(status?.containerStatuses?.[0]?.state?.terminated).to.include({
        reason: "OOMKilled",
        exitCode: 137,
      });
      await gone(...Object.values(kubernetes.latest().pids));
    });

    it("evicts a pod", async () => {
      await meet("evicted");
      const job = await kubernetes.ended("met");
      expect(finalCondition(job)?.type).to.equal("Failed");
      const found = await kubernetes.pod("met");
      expect(found.status).to.include({ phase: "Failed", reason: "Evicted" });
      expect(found.status?.message).to.match(/^The node was low on resource: ephemeral-storage/);
      expect(condition(found, "DisruptionTarget")).to.include({
        status: "True",
        reason: "TerminationByKubelet",
      });
      await gone(...Object.values(kubernetes.latest().pids));
    });

    it("lets a pod vanish with its node, and puts another in its place when the policy says so", async () => {
      await meet("node-lost", IGNORE_DISRUPTION);
      await until(() => kubernetes.latest().pods.length === 2);
      const [lost, second] = kubernetes.latest().pods;
      const listed = await kubernetes.pod("met", ({ status }) => status?.phase === "Running");
      expect(listed.metadata?.name).to.equal(second?.name);
      expect(lost).to.include({ gone: true, phase: "Failed" });
      expect((await kubernetes.read("met")).status).to.include({ active: 1 });
    });

    it("ends a job whose pod vanishes without such a policy", async () => {
      await meet("node-lost");
      const job = await kubernetes.ended("met");
      expect(job.status?.failed).to.equal(1);
      expect(await kubernetes.pods("met")).to.deep.equal([]);
    });
  });
}
