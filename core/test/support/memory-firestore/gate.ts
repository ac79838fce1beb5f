/** What somebody is about to ask of the database. */
export interface Step {
  kind: "read" | "query" | "commit";
  /** The documents that are read or written, or the collection that is searched. */
  paths: readonly string[];
}

/**
 * What it gives is awaited before each step. The step is taken in the turn in which the gate opens: what was committed
 * before is seen, what comes later is not.
 *
 * - It resolves: the step is taken.
 * - It rejects: the step is not taken, and its caller gets that error. An error without a gRPC `code` is
 *   repeated by nobody: so a task is killed.
 * - It resolves to an error: the step is taken, and its caller gets the error all the same. So an answer
 *   is lost (`lostAnswer`).
 * - It never resolves: the task is never heard of again.
 */
export type Gate = (step: Step) => unknown;

/** Takes a step when the gate opens. */
export async function passing<T>(gate: Gate | undefined, step: Step, take: () => T): Promise<T> {
  const verdict = await gate?.(step);
  const taken = take();
  if (verdict instanceof Error) throw verdict;
  return taken;
}
