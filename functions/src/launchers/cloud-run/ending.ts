import type { Verdict } from "@meeting-bot/core";

/** The part of Cloud Run's `Condition` that is read here; enums by their names, as its client gives them. */
export interface Condition {
  type?: string | null;
  state?: unknown;
  /** Of `CommonReason`. */
  reason?: unknown;
  executionReason?: unknown;
  message?: string | null;
}

type Ended = Extract<Verdict, { state: "ended" }>;

/** What must have succeeded before a container starts. */
const PRECONDITIONS = ["ContainerReady", "ResourcesAvailable"];

/** What only the operator can mend, by `CommonReason`: every further launch would meet it too. */
const MENDABLE: Readonly<Record<string, string>> = {
  CONTAINER_MISSING:
    "its image does not exist; push it, or correct MANAGER_IMAGE or MEETING_BOT_IMAGE and apply the job again",
  CONTAINER_PERMISSION_DENIED:
    "Cloud Run may not read its image; let Cloud Run's service agent read the repository",
  CONTAINER_IMAGE_UNAUTHORIZED: "a policy of the project does not admit its image",
  ENCRYPTION_KEY_PERMISSION_DENIED: "Cloud Run may not use its encryption key",
  VPC_NETWORK_NOT_FOUND: "its VPC network does not exist",
};

/**
 * How a container ended, by the words that Cloud Run was seen to use: there is no field for it. The
 * first that fits counts, so that a killed container is not told by its exit code alone.
 */
const ENDS: readonly [pattern: RegExp, told: (...captured: string[]) => string][] = [
  [/memory limit/i, () => "a container ran out of memory"],
  [
    /exit code: 137\b|signal:? 9\b/i,
    () => "a container was killed, as one is that runs out of memory",
  ],
  [/configured timeout/i, () => "it reached its time-out"],
  [/exit code: ([1-9]\d*)/i, (code) => `a container failed with exit code ${code}`],
];

/** The same, where Cloud Run has a field for it. */
const EXECUTION_REASONS: Readonly<Record<string, string>> = {
  CANCELLED: "it was cancelled, by an operator or because it had been silent",
  DELETED: "it was deleted",
};

/** Puts into words how an execution has ended, and tells when it never ran, whether only an operator can mend that. */
export function explainEnding(conditions: readonly Condition[]): Ended {
  const hasStarted = conditions.some(
    (condition) => condition.type === "Started" && hasSucceeded(condition),
  );
  const obstacle = conditions.find(
    (condition) => PRECONDITIONS.includes(condition.type ?? "") && !hasSucceeded(condition),
  );
  if (obstacle && !hasStarted) return explainObstacle(obstacle);
  const completed = conditions.find(({ type }) => type === "Completed");
  return { state: "ended", reason: told(wordsFor(completed), completed) };
}

function hasSucceeded({ state }: Condition): boolean {
  return state === "CONDITION_SUCCEEDED";
}

function explainObstacle(obstacle: Condition): Ended {
  const mendable = MENDABLE[String(obstacle.reason)];
  const what =
    obstacle.type === "ResourcesAvailable"
      ? "there was no capacity or quota left for it"
      : "its image could not be loaded";
  return {
    state: "ended",
    reason: told(mendable ?? what, obstacle),
    neverRan: { needsOperator: mendable !== undefined },
  };
}

function wordsFor(completed: Condition | undefined): string {
  if (!completed) return "it ended, without saying how";
  if (hasSucceeded(completed)) return "it ended as if all were well";
  const byReason = EXECUTION_REASONS[String(completed.executionReason)];
  if (byReason) return byReason;
  for (const [pattern, words] of ENDS) {
    const match = pattern.exec(completed.message ?? "");
    if (match) return words(...match.slice(1));
  }
  return "it failed";
}

/** Our words, with the platform's own. */
function told(words: string, condition: Condition | undefined): string {
  return condition?.message ? `${words} (${condition.message})` : words;
}
