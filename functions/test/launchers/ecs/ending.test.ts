import { expect } from "chai";
import { type EndedTask, explainEnding } from "../../../src/launchers/ecs/ending.ts";

const STARTED = { startedAt: new Date(0) };
const exited = (name: string, exitCode: number, reason?: string) => ({ name, exitCode, reason });

/** How a task that ran may end, and the words for it; those of ECS follow in brackets. */
const ENDINGS: [task: EndedTask, told: string][] = [
  [
    {
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      containers: [exited("manager", 0), exited("meeting-bot", 0)],
    },
    "it ended as if all were well (Essential container in task exited)",
  ],
  [
    {
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      containers: [exited("meeting-bot", 137), exited("manager", 13)],
    },
    "the container manager failed with exit code 13 (Essential container in task exited)",
  ],
  [
    {
      stopCode: "EssentialContainerExited",
      stoppedReason: "OutOfMemoryError: Container killed due to memory usage",
      containers: [
        exited("manager", 137, "OutOfMemoryError: Container killed due to memory usage"),
      ],
    },
    "the container manager ran out of memory (OutOfMemoryError: Container killed due to memory usage)",
  ],
  [
    { stopCode: "EssentialContainerExited", containers: [exited("manager", 137)] },
    "the container manager was killed, as one is that runs out of memory",
  ],
  [
    { stopCode: "UserInitiated", stoppedReason: "By hand.", containers: [exited("manager", 143)] },
    "it was cancelled, by an operator or because it had been silent (By hand.)",
  ],
  [
    { containers: [exited("manager", 0), exited("meeting-bot", 1)] },
    "the container meeting-bot failed with exit code 1",
  ],
  [{ stopCode: "SpotInterruption" }, "AWS took back the Spot capacity that it ran on"],
  [{ stopCode: "TerminationNotice" }, "AWS took the machine away that it ran on"],
  [{ stopCode: "InfrastructureHealth" }, "AWS found the machine that it ran on to be broken"],
  [{ stopCode: "ServiceSchedulerInitiated" }, "the scheduler of an ECS service has stopped it"],
  [{}, "it ended, without saying how"],
];

/** What keeps a task from starting, how it is told, and whether only an operator can mend it. */
const OBSTACLES: [stoppedReason: string, told: RegExp, needsOperator: boolean][] = [
  [
    "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref r/bot:1: not found",
    /^its image does not exist/,
    true,
  ],
  [
    "CannotPullContainerError: Error response from daemon: repository does not exist",
    /^its image does not exist/,
    true,
  ],
  ["CannotPullContainerError: 403 Forbidden", /^ECS may not read its image/, true],
  [
    "CannotPullECRContainerError: AccessDeniedException: not authorized to perform ecr:GetAuthorizationToken",
    /^ECS may not read its image/,
    true,
  ],
  ["CannotPullContainerError: dial tcp 10.0.0.1:443: i/o timeout", /NAT gateway/, false],
  [
    "ResourceInitializationError: unable to pull secrets or registry auth: AccessDeniedException",
    /execution role may not/,
    true,
  ],
  [
    "ResourceInitializationError: failed to validate logger args: The specified log group does not exist",
    /log group/,
    true,
  ],
  [
    "ResourceInitializationError: unable to pull secrets or registry auth: i/o timeout",
    /make ready/,
    false,
  ],
  ["Timeout waiting for network interface provisioning to complete.", /no address/, false],
  ["Capacity is unavailable at this time. Please try again later", /capacity or quota/, false],
  ["CannotCreateVolumeError: no space", /scratch volume/, false],
  ["CannotStartContainerError: failed to create container", /could not be started/, false],
  ["Something new", /^it could not be started/, false],
];

describe("explainEnding", () => {
  for (const [task, reason] of ENDINGS) {
    it(`says "${reason}", and not that it never ran`, () => {
      expect(explainEnding({ ...STARTED, ...task })).to.deep.equal({ state: "ended", reason });
    });
  }

  for (const [stoppedReason, told, needsOperator] of OBSTACLES) {
    it(`knows that it never ran, and ${needsOperator ? "asks for an operator" : "may another time"}: ${stoppedReason}`, () => {
      const { reason, neverRan } = explainEnding({ stopCode: "TaskFailedToStart", stoppedReason });
      expect(reason).to.match(told).and.to.contain(`(${stoppedReason})`);
      expect(neverRan).to.deep.equal({ needsOperator });
    });
  }

  it("finds the obstacle in what a container says", () => {
    const reason = "CannotPullContainerError: manifest unknown";
    const task = { stoppedReason: "Task failed to start", containers: [{ name: "m", reason }] };
    expect(explainEnding(task)).to.deep.equal({
      state: "ended",
      reason: `its image does not exist; push it, or correct the task definition (Task failed to start; ${reason})`,
      neverRan: { needsOperator: true },
    });
  });

  it("knows that it never ran when it was cancelled before", () => {
    const { reason, neverRan } = explainEnding({ stopCode: "UserInitiated" });
    expect(reason).to.match(/^it was cancelled/);
    expect(neverRan).to.deep.equal({ needsOperator: false });
  });

  it("knows that it ran when a container of it has ended before all were up", () => {
    const containers = [exited("manager", 13), { name: "meeting-bot" }];
    const ended = explainEnding({ stopCode: "EssentialContainerExited", containers });
    expect(ended).to.not.have.property("neverRan");
    expect(ended.reason).to.equal("the container manager failed with exit code 13");
  });
});
