import { expect } from "chai";
import { judge } from "../../../src/launchers/gke/ending.ts";
import type { ObservedJob, ObservedPod } from "../../../src/launchers/gke/observed.ts";
import {
  AT_WORK,
  COMPLETE,
  disrupted,
  ended,
  failed,
  LOOK,
  manager,
  pod,
  RUNNING,
  UNSCHEDULABLE,
  waiting,
} from "./observations.ts";

/** What Kubernetes tells of a Job that has failed, and what is made of it. */
const FAILURES: [job: ObservedJob, pods: ObservedPod[], words: string][] = [
  [failed(), [ended(137, "OOMKilled")], "the container manager ran out of memory (Its words.)"],
  [failed(), [ended(137)], "the container manager was killed (Its words.)"],
  [failed(), [ended(13)], "the container manager failed with exit code 13 (Its words.)"],
  [failed(), [ended(1, "Error", "Mine.")], "the container manager failed with exit code 1 (Mine.)"],
  [
    failed("PodFailurePolicy", "Container manager failed with exit code 2 matching FailJob rule."),
    [ended(2)],
    "the container manager failed with exit code 2 (Container manager failed with exit code 2 matching FailJob rule.)",
  ],
  [failed("DeadlineExceeded"), [], "it reached its time-out (Its words.)"],
  [failed("DeadlineExceeded"), [ended(143)], "it reached its time-out (Its words.)"],
  [
    failed(),
    [
      pod({
        phase: "Failed",
        reason: "Evicted",
        message: "The node was low on resource: memory.",
        ...manager({ terminated: { exitCode: 137 } }),
      }),
    ],
    "its pod was evicted by its node (The node was low on resource: memory.)",
  ],
  [
    failed(),
    [disrupted("PreemptionByScheduler")],
    "its pod made way for a more important one (Its words.)",
  ],
  [failed(), [disrupted("DeletionByPodGC")], "its node was lost (Its words.)"],
  [failed(), [disrupted("SomethingNew")], "its pod was taken away (Its words.)"],
  [
    failed(),
    [disrupted("DeletionByPodGC"), ended(13)].reverse(),
    "the container manager failed with exit code 13 (Its words.)",
  ],
  [failed(), [], "it failed (Its words.)"],
  [failed("SomethingNew", ""), [], "it failed"],
];

/** What a Job failed for whose manager never started. */
const NEVER_RAN: [job: ObservedJob, pods: ObservedPod[], words: RegExp, needsOperator: boolean][] =
  [
    [failed("DeadlineExceeded"), [UNSCHEDULABLE], /^no node was found for it \(0\/3/, false],
    [failed("DeadlineExceeded"), [pod(waiting("InvalidImageName"))], /is not one/, true],
    [failed("DeadlineExceeded"), [pod()], /^it reached its time-out/, false],
    [failed(), [pod({ phase: "Failed", reason: "Evicted" })], /^its pod was evicted/, false],
    [
      failed(),
      [ended(128, "StartError", "no such file")],
      /cannot be started \(no such file\)/,
      true,
    ],
  ];

describe("judge, of a Job that has ended or is gone", () => {
  for (const [found, pods, reason] of FAILURES) {
    it(`says "${reason}", and does not say that it never ran`, () => {
      expect(judge(found, pods, LOOK)).to.deep.equal({ state: "ended", reason });
    });
  }

  for (const [found, pods, words, needsOperator] of NEVER_RAN) {
    it(`knows of a failed Job that it never ran: ${words}`, () => {
      const verdict = judge(found, pods, LOOK);
      expect(verdict).to.deep.include({ state: "ended", neverRan: { needsOperator } });
      expect(verdict).to.have.property("reason").that.matches(words);
    });
  }

  it("does not say that it never ran when one of its pods did", () => {
    const verdict = judge(failed(), [pod({ phase: "Failed" }, 1), disrupted("x")], LOOK);
    expect(verdict).to.not.have.property("neverRan");
  });

  it("tells of a Job that is complete", () => {
    expect(judge(COMPLETE, [ended(0, "Completed")], LOOK)).to.deep.equal({
      state: "ended",
      reason: "it ended as if all were well",
    });
  });

  it("does not find a Job that is gone, before its pods are gone or have ended", () => {
    expect(judge(undefined, [AT_WORK], LOOK)).to.deep.equal(RUNNING);
    expect(judge(undefined, [ended(143), UNSCHEDULABLE], LOOK)).to.deep.equal({
      state: "not-found",
    });
    expect(judge(undefined, [], LOOK)).to.deep.equal({ state: "not-found" });
  });

  it("makes do with nothing", () => {
    expect(judge({}, [{}], LOOK)).to.deep.equal(RUNNING);
    const silent = { status: { conditions: [{ type: "Failed", status: "True" }] } };
    expect(judge(silent, [], LOOK)).to.deep.equal({ state: "ended", reason: "it failed" });
  });
});
