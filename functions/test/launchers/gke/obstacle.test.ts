import { expect } from "chai";
import { judge } from "../../../src/launchers/gke/ending.ts";
import type { ObservedJob, ObservedPod } from "../../../src/launchers/gke/observed.ts";
import {
  AT_WORK,
  bot,
  disrupted,
  failed,
  job,
  LOOK,
  manager,
  pod,
  RUNNING,
  UNSCHEDULABLE,
  waiting,
} from "./observations.ts";

/** What Kubernetes calls neither complete nor failed, and which runs or still may. */
const GOING: Record<string, [job: ObservedJob, pods: ObservedPod[]]> = {
  "whose pod is about to be made": [job(), []],
  "that has a node, but is slow": [
    job([], 9999),
    [pod({ conditions: [{ type: "PodScheduled", status: "True" }] })],
  ],
  "whose image is being pulled": [job(), [pod(waiting("ContainerCreating"))]],
  "whose bot gets ready": [job(), [pod(bot({ state: { running: {} }, restartCount: 1 }))]],
  "whose image comes at the second try": [job(), [pod(waiting("ErrImagePull", "i/o timeout"))]],
  "whose manager works": [job([], 9999), [AT_WORK]],
  "whose manager works beside a bot that crashes": [
    job(),
    [
      pod({
        phase: "Running",
        ...manager({ running: {} }),
        initContainerStatuses: [{ name: "meeting-bot", restartCount: 9 }],
      }),
    ],
  ],
  "whose second pod has not started yet": [job(), [pod({}, 1), disrupted("DeletionByPodGC")]],
  "that is about to fail": [job([{ type: "FailureTarget", status: "True" }]), [AT_WORK]],
  "that has failed, while its manager comes to an end": [failed(), [AT_WORK]],
};

/** What keeps a Job from starting that Kubernetes goes on trying to start. */
const OBSTACLES: [name: string, pods: ObservedPod[], words: RegExp, needsOperator: boolean][] = [
  [
    "an image name that is none",
    [pod(waiting("InvalidImageName"))],
    /^the name of the image of the container manager is not one; .* \(InvalidImageName\)$/,
    true,
  ],
  [
    "a missing image",
    [pod(waiting("ErrImagePull", "manifest unknown"))],
    /^the image of the container manager cannot be pulled; .* \(ErrImagePull: manifest unknown\)$/,
    true,
  ],
  [
    "an image that stays missing",
    [pod(waiting("ImagePullBackOff", 'Back-off pulling image "x"'))],
    /\(ImagePullBackOff: Back-off pulling image "x"\)$/,
    true,
  ],
  [
    "a registry that stays away",
    [pod(waiting("ImagePullBackOff", "ErrImagePull: 503 Service Unavailable"))],
    /cannot be pulled/,
    false,
  ],
  [
    "the bot's image",
    [pod(bot({ state: { waiting: { reason: "ImagePullBackOff" } } }))],
    /^the image of the container meeting-bot cannot/,
    true,
  ],
  [
    "a configuration",
    [pod(waiting("CreateContainerConfigError", "secret not found"))],
    /^the container manager cannot be configured \(CreateContainerConfigError: secret not found\)$/,
    true,
  ],
  ["a runtime", [pod(waiting("CreateContainerError"))], /cannot be created/, false],
  ["a start", [pod(waiting("RunContainerError"))], /cannot be started/, false],
  [
    "a bot that does not get ready",
    [
      pod(
        bot({
          restartCount: 2,
          lastState: { terminated: { exitCode: 137, reason: "OOMKilled" } },
        }),
      ),
    ],
    /^the container meeting-bot did not become healthy in 3 starts \(OOMKilled, exit code 137\)$/,
    false,
  ],
];

describe("judge, of a Job that has not ended", () => {
  for (const [name, [found, pods]] of Object.entries(GOING)) {
    it(`calls a Job running ${name}`, () => {
      expect(judge(found, pods, LOOK)).to.deep.equal(RUNNING);
    });
  }

  for (const [name, pods, words, needsOperator] of OBSTACLES) {
    it(`does not wait for ever for ${name}, and ${needsOperator ? "asks for an operator" : "may have luck another time"}`, () => {
      const verdict = judge(job(), pods, LOOK);
      expect(verdict).to.deep.include({ state: "ended", neverRan: { needsOperator } });
      expect(verdict).to.have.property("reason").that.matches(words);
    });
  }

  const wanting: [pods: ObservedPod[], words: RegExp][] = [
    [[], /^Kubernetes has made no pod for it/],
    [[UNSCHEDULABLE], /^no node was found for it \(0\/3 nodes\.\)$/],
  ];
  for (const [pods, words] of wanting) {
    it(`waits as long as a claim may wait, and no longer: ${words}`, () => {
      expect(judge(job([], 599), pods, LOOK)).to.deep.equal(RUNNING);
      const verdict = judge(job([], 600), pods, LOOK);
      expect(verdict).to.deep.include({ state: "ended", neverRan: { needsOperator: false } });
      expect(verdict).to.have.property("reason").that.matches(words);
    });
  }

  it("does not say that it never ran when a pod did before the one that cannot start", () => {
    const next = pod(waiting("ImagePullBackOff"), 1);
    expect(judge(job(), [next, disrupted("DeletionByPodGC")], LOOK))
      .to.include({ state: "ended" })
      .and.not.have.property("neverRan");
  });
});
