import { expect } from "chai";
import { type Condition, explainEnding } from "../../../src/launchers/cloud-run/ending.ts";

const STARTED: Condition = { type: "Started", state: "CONDITION_SUCCEEDED" };
const IMAGE_READY: Condition = { type: "ContainerReady", state: "CONDITION_SUCCEEDED" };
const failed = (message: string, more: Partial<Condition> = {}): Condition[] => [
  { type: "Completed", state: "CONDITION_FAILED", message, ...more },
  IMAGE_READY,
  STARTED,
];
const unable = (obstacle: Partial<Condition>): Condition[] => [
  { type: "Completed", state: "CONDITION_FAILED", message: "Failed." },
  { state: "CONDITION_FAILED", message: "Its words.", ...obstacle },
];

/** Messages that Cloud Run was seen to give, and what is made of them. */
const ENDINGS: [conditions: Condition[], words: string][] = [
  [
    failed("Task j-task0 failed with message: The configured memory limit was reached."),
    "a container ran out of memory",
  ],
  [
    failed(
      "Task j-task0 failed with exit code: 137 and message: The container exited with an error.",
    ),
    "a container was killed, as one is that runs out of memory",
  ],
  [
    failed("Task j-task0 failed with message: Container terminated on signal 9."),
    "a container was killed, as one is that runs out of memory",
  ],
  [
    failed(
      "Task j-task0 failed with exit code: 0 and message: The configured timeout was reached.",
    ),
    "it reached its time-out",
  ],
  [
    failed("Task j-task0 failed with message: The configured timeout was reached."),
    "it reached its time-out",
  ],
  [
    failed(
      "Task j-task0 failed with exit code: 13 and message: The container exited with an error.",
    ),
    "a container failed with exit code 13",
  ],
  [failed("Task j-task0 failed with message: Something new."), "it failed"],
  [
    failed("Cancelled by user.", { executionReason: "CANCELLED" }),
    "it was cancelled, by an operator or because it had been silent",
  ],
  [failed("Deleted.", { executionReason: "DELETED" }), "it was deleted"],
  [
    [{ type: "Completed", state: "CONDITION_SUCCEEDED", message: "Completed in 2s." }, STARTED],
    "it ended as if all were well",
  ],
];

/** What keeps an execution from starting, how it is told, and whether only an operator can mend it. */
const OBSTACLES: [obstacle: Partial<Condition>, words: RegExp, needsOperator: boolean][] = [
  [{ type: "ContainerReady", reason: "CONTAINER_MISSING" }, /image does not exist/, true],
  [{ type: "ContainerReady", reason: "CONTAINER_PERMISSION_DENIED" }, /may not read/, true],
  [{ type: "ContainerReady", reason: "CONTAINER_IMAGE_UNAUTHORIZED" }, /does not admit/, true],
  [{ type: "ContainerReady", reason: "ENCRYPTION_KEY_PERMISSION_DENIED" }, /encryption key/, true],
  [{ type: "ResourcesAvailable", reason: "VPC_NETWORK_NOT_FOUND" }, /VPC network/, true],
  [{ type: "ContainerReady", reason: "INTERNAL" }, /could not be loaded/, false],
  [{ type: "ResourcesAvailable", reason: "POSTPONED_RETRY" }, /capacity or quota/, false],
  [{ type: "ResourcesAvailable", state: "CONDITION_PENDING" }, /capacity or quota/, false],
];

describe("explainEnding", () => {
  for (const [conditions, words] of ENDINGS) {
    const [completed] = conditions;
    it(`says "${words}" of "${completed?.message}"`, () => {
      expect(explainEnding(conditions)).to.deep.equal({
        state: "ended",
        reason: `${words} (${completed?.message})`,
      });
    });
  }

  for (const [obstacle, words, needsOperator] of OBSTACLES) {
    const { type, reason = obstacle.state } = obstacle;
    it(`knows that it never ran, and ${needsOperator ? "asks for an operator" : "may another time"}: ${type} ${reason}`, () => {
      const { reason: told, neverRan } = explainEnding(unable(obstacle));
      expect(told)
        .to.match(words)
        .and.match(/ \(Its words\.\)$/);
      expect(neverRan).to.deep.equal({ needsOperator });
    });
  }

  it("does not say that it never ran of what was started, whatever else is wrong with it", () => {
    const conditions = [...unable({ type: "ResourcesAvailable" }), STARTED];
    expect(explainEnding(conditions)).to.not.have.property("neverRan");
  });

  it("knows why it was not started when it was cancelled for that", () => {
    const cancelled = failed("Cancelled by user.", { executionReason: "CANCELLED" });
    const waiting: Condition = { type: "ResourcesAvailable", state: "CONDITION_RECONCILING" };
    const { neverRan } = explainEnding([...cancelled.slice(0, 2), waiting]);
    expect(neverRan).to.deep.equal({ needsOperator: false });
  });

  it("makes do with nothing", () => {
    expect(explainEnding([])).to.deep.equal({
      state: "ended",
      reason: "it ended, without saying how",
    });
    const silent = [{ type: "Completed", state: "CONDITION_FAILED" }, STARTED];
    expect(explainEnding(silent)).to.deep.equal({ state: "ended", reason: "it failed" });
  });
});
