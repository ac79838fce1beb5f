import { randomInt, randomUUID } from "node:crypto";
import { type Machine, type Task, withPlace } from "../machine/machine.ts";
import { runTask, type TaskOutcome } from "../machine/task.ts";
import type { JobSpec } from "./job-spec.ts";
import type { Obstacle } from "./obstacles.ts";

/** Epoch milliseconds. */
export type Instant = number;

/** How an execution ended. `code` is the gRPC code of its operation's error, 0 when it has none. */
export type Completion = {
  at: Instant;
  state: "succeeded" | "failed" | "cancelled";
  message: string;
  code: number;
};

/** Everything there is to know about one execution; it changes until `completion` is there. */
export type ExecutionRecord = {
  /** `projects/{project}/locations/{region}/jobs/{job}/executions/{execution}` */
  name: string;
  /** The last part of the name: `{job}-{five characters}`. */
  id: string;
  uid: string;
  /** The job with this execution's overrides applied. */
  job: JobSpec;
  createdAt: Instant;
  tasks: ("running" | "succeeded" | "failed" | "cancelled")[];
  retriedCount: number;
  cancelRequested: boolean;
  deletedAt?: Instant;
  completion?: Completion;
  /** What it failed in before a container started. */
  obstacle?: Obstacle;
  /** Process ids of the containers that were started, by container name (of the last task to start it). */
  pids: Record<string, number>;
};

/** An execution that has just been accepted. */
export function newExecution(parent: string, job: JobSpec): ExecutionRecord {
  const id = `${job.name}-${randomInt(36 ** 5)
    .toString(36)
    .padStart(5, "0")}`;
  return {
    name: `${parent}/executions/${id}`,
    id,
    uid: randomUUID(),
    job,
    createdAt: Date.now(),
    tasks: Array(job.taskCount).fill("running"),
    retriedCount: 0,
    cancelRequested: false,
    pids: {},
  };
}

/** Ends an execution without having run anything. */
export function succeedAtOnce(record: ExecutionRecord): void {
  record.tasks.fill("succeeded");
  record.completion = completionOf(record, []);
}

/** Ends an execution that could not be started. Code: 9 FAILED_PRECONDITION. */
export function failToStart(record: ExecutionRecord, obstacle: Obstacle): void {
  record.obstacle = obstacle;
  record.tasks.fill("failed");
  record.completion = { at: Date.now(), state: "failed", code: 9, message: obstacle.message };
}

/** Runs every task of an execution, each with its retries, and writes what becomes of them into the record. */
export async function runExecution(
  record: ExecutionRecord,
  machine: Machine,
  cancelled: AbortSignal,
): Promise<void> {
  const outcomes = await Promise.all(
    record.tasks.map(async (_, index) => {
      const outcome = await runWithRetries(record, index, machine, cancelled);
      record.tasks[index] = stateOf(outcome);
      return outcome;
    }),
  );
  record.completion = completionOf(record, outcomes);
}

async function runWithRetries(
  record: ExecutionRecord,
  index: number,
  machine: Machine,
  cancelled: AbortSignal,
): Promise<TaskOutcome> {
  const { job } = record;
  for (let attempt = 0; ; attempt++) {
    const outcome = await withPlace(machine, taskOf(record, index, attempt), (launches) =>
      runTask(launches, {
        timeoutMs: job.timeoutSeconds * 1000,
        killGraceMs: machine.killGraceMs,
        cancelled,
        onStart: (container, pid) => {
          record.pids[container] = pid;
        },
      }),
    );
    const last = attempt >= job.maxRetries || stateOf(outcome) !== "failed";
    if (last) return outcome;
    if (attempt === 0) record.retriedCount++;
  }
}

function taskOf({ job, id }: ExecutionRecord, index: number, attempt: number): Task {
  const { containers, volumes } = job;
  return {
    id: `${id}-task${index}-attempt${attempt}`,
    logName: id,
    containers,
    volumes,
    env: {
      CLOUD_RUN_JOB: job.name,
      CLOUD_RUN_EXECUTION: id,
      CLOUD_RUN_TASK_INDEX: String(index),
      CLOUD_RUN_TASK_ATTEMPT: String(attempt),
      CLOUD_RUN_TASK_COUNT: String(job.taskCount),
    },
  };
}

function stateOf(outcome: TaskOutcome): "succeeded" | "failed" | "cancelled" {
  return outcome.kind === "succeeded" || outcome.kind === "cancelled" ? outcome.kind : "failed";
}

/** The verdict over all tasks, in the words and codes that the real service was seen to use. */
function completionOf(record: ExecutionRecord, outcomes: TaskOutcome[]): Completion {
  const at = Date.now();
  const failed = outcomes.findIndex((outcome) => stateOf(outcome) === "failed");
  const failure = outcomes[failed];
  if (failure !== undefined) {
    const { code, words } = describeFailure(failure);
    return {
      at,
      state: "failed",
      code,
      message: `Task ${record.id}-task${failed} failed ${words}`,
    };
  }
  if (outcomes.some(({ kind }) => kind === "cancelled")) {
    return { at, state: "cancelled", code: 0, message: "Cancelled by user." };
  }
  const seconds = ((at - record.createdAt) / 1000).toFixed(2);
  const message = `Execution completed successfully in ${seconds}s.`;
  return { at, state: "succeeded", code: 0, message };
}

/** Codes: 10 ABORTED, 4 DEADLINE_EXCEEDED. The sentence on the startup probe is ours. */
function describeFailure(outcome: TaskOutcome): { code: number; words: string } {
  if (outcome.kind === "timed-out") {
    return { code: 4, words: "with exit code: 0 and message: The configured timeout was reached." };
  }
  if (outcome.kind === "not-ready") {
    const words = `with message: The container '${outcome.container}' failed its startup probe.`;
    return { code: 10, words };
  }
  const exitCode = outcome.kind === "failed" ? outcome.exitCode : 0;
  return {
    code: 10,
    words: `with exit code: ${exitCode} and message: The container exited with an error.`,
  };
}
