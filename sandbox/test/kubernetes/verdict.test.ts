import type { V1PodFailurePolicyRule } from "@kubernetes/client-node";
import { expect } from "chai";
import { type JobRecord, newJob, newPod, type PodRecord } from "../../src/kubernetes/records.ts";
import { verdictOn } from "../../src/kubernetes/verdict.ts";
import { jobOf, sidecar } from "./local-kubernetes.ts";

const IGNORE: V1PodFailurePolicyRule = {
  action: "Ignore",
  onPodConditions: [{ type: "DisruptionTarget", status: "True" }],
};

function onCodes(action: string, operator: string, values: number[], containerName?: string) {
  return { action, onExitCodes: { operator, values, ...(containerName && { containerName }) } };
}

function jobWith(rules: V1PodFailurePolicyRule[], backoffLimit = 0): JobRecord {
  const spec = { backoffLimit, podFailurePolicy: { rules } };
  return newJob(jobOf("a", { initContainers: [sidecar("")] }, spec), 0);
}

/** A pod of which the containers have ended with these codes. */
function ended(job: JobRecord, codes: Record<string, number>): PodRecord {
  const pod = newPod(job);
  for (const container of pod.containers) {
    const exitCode = codes[container.name] ?? 0;
    const reason = exitCode === 0 ? "Completed" : "Error";
    container.state = { kind: "terminated", exitCode, reason, startedAt: 0, finishedAt: 1 };
  }
  pod.phase = codes["manager"] === 0 ? "Succeeded" : "Failed";
  return pod;
}

describe("the verdict on a pod", () => {
  it("is completion when it succeeded, whatever its sidecar exited with", () => {
    const job = jobWith([onCodes("FailJob", "NotIn", [5])]);
    expect(verdictOn(job, ended(job, { manager: 0, bot: 143 })).kind).to.equal("complete");
  });

  it("is the job's failure when a rule says so, with what matched", () => {
    const job = jobWith([IGNORE, onCodes("FailJob", "In", [3, 70], "manager")], 6);
    const pod = ended(job, { manager: 3 });
    expect(verdictOn(job, pod)).to.deep.include({
      kind: "failed",
      reason: "PodFailurePolicy",
      message: `Container manager for pod /${pod.name} failed with exit code 3 matching FailJob rule at index 1`,
    });
  });

  it("is another pod, which does not count, for a disruption that is ignored", () => {
    const job = jobWith([IGNORE]);
    const pod = ended(job, { manager: 137 });
    pod.disruption = { reason: "TerminationByKubelet", message: "" };
    expect(verdictOn(job, pod)).to.deep.equal({ kind: "again", counts: false });
  });

  it("is that of the first rule that matches", () => {
    const job = jobWith([onCodes("FailJob", "In", [137]), IGNORE]);
    const pod = ended(job, { manager: 137 });
    pod.disruption = { reason: "TerminationByKubelet", message: "" };
    expect(verdictOn(job, pod)).to.include({ kind: "failed", reason: "PodFailurePolicy" });
  });

  it("looks at a sidecar's exit code only when the rule does not name another container", () => {
    const codes = { manager: 1, bot: 143 };
    const named = jobWith([onCodes("FailJob", "In", [143], "manager")]);
    expect(verdictOn(named, ended(named, codes))).to.include({ reason: "BackoffLimitExceeded" });
    const any = jobWith([onCodes("FailJob", "In", [143])]);
    expect(verdictOn(any, ended(any, codes))).to.include({ reason: "PodFailurePolicy" });
  });

  it("is another pod until the back-off limit is reached", () => {
    const job = jobWith([onCodes("Count", "In", [1])], 1);
    expect(verdictOn(job, ended(job, { manager: 1 }))).to.deep.equal({
      kind: "again",
      counts: true,
    });
    job.failed = 1;
    expect(verdictOn(job, ended(job, { manager: 1 }))).to.include({
      kind: "failed",
      reason: "BackoffLimitExceeded",
    });
  });
});
