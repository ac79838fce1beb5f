import { once } from "node:events";
import { hashOf, type Instant, SECOND, type Timer } from "@meeting-bot/core";
import type { App } from "firebase-admin/app";
import { getFunctions, type TaskQueue } from "firebase-admin/functions";
import { LONGEST_DELAY_MS, type TaskData, type TaskKind } from "./task.ts";

/** firebase-admin has no limit of its own, and whoever sets a timer waits for the answer. */
const ANSWER_TIMEOUT_MS = 10 * SECOND;

/** Sets timers in the queue of a function, in the region of the functions. */
export function connectCloudTasks(app: App, region: string, kind: TaskKind): CloudTasksTimer {
  const name = `locations/${region}/functions/${kind.functionName}`;
  return new CloudTasksTimer(getFunctions(app).taskQueue<TaskData>(name), kind, Date.now);
}

/** Timers as tasks of a queue. */
export class CloudTasksTimer implements Timer {
  readonly #queue: Pick<TaskQueue<TaskData>, "enqueue">;
  readonly #kind: TaskKind;
  readonly #now: () => Instant;
  readonly #answerTimeoutMs: number;

  constructor(
    queue: Pick<TaskQueue<TaskData>, "enqueue">,
    kind: TaskKind,
    now: () => Instant,
    answerTimeoutMs: number = ANSWER_TIMEOUT_MS,
  ) {
    this.#queue = queue;
    this.#kind = kind;
    this.#now = now;
    this.#answerTimeoutMs = answerTimeoutMs;
  }

  async setTimer(id: string, dueAt: Instant): Promise<void> {
    if (dueAt - this.#now() > LONGEST_DELAY_MS) return;
    // A time in the past means now to Cloud Tasks.
    const options = { id: taskId(id, dueAt), scheduleTime: new Date(dueAt) };
    try {
      const enqueued = this.#queue.enqueue({ [this.#kind.idField]: id }, options);
      await Promise.race([enqueued, failAfter(this.#answerTimeoutMs)]);
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
}

/**
 * The one task for a document and its due time: setting it again is no second one, and another time
 * is another task. Hashed, since ids that begin alike slow a queue down, and may have few characters.
 */
export function taskId(id: string, dueAt: Instant): string {
  return hashOf(id, dueAt);
}

async function failAfter(ms: number): Promise<never> {
  await once(AbortSignal.timeout(ms), "abort");
  throw new Error(`Cloud Tasks has not answered within ${ms} ms.`);
}

/** The id stays taken for an hour after its task has run. */
function isTaken(error: unknown): boolean {
  return (
    error instanceof Error && "code" in error && error.code === "functions/task-already-exists"
  );
}
