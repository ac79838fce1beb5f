import { once } from "node:events";
import { HOUR, hashOf, type Instant, SECOND, type Timer } from "@meeting-bot/core";
import type { App } from "firebase-admin/app";
import { getFunctions, type TaskQueue } from "firebase-admin/functions";
import { LAUNCH_FUNCTION, type LaunchTask } from "./launch-queue.ts";

/** Cloud Tasks takes nothing that is further ahead (cloud.google.com/tasks/docs/quotas). */
const LONGEST_DELAY_MS = 30 * 24 * HOUR;
/** firebase-admin has no limit of its own, and whoever sets a timer waits for the answer. */
const ANSWER_TIMEOUT_MS = 10 * SECOND;
/** What Cloud Tasks allows in a task's id is 500 characters of these; the rest is for the time. */
const USABLE_ID = /^[\w-]{1,400}$/;

/** Sets timers in the queue of `launchDue`, in the region of the functions. */
export function connectCloudTasks(app: App, region: string): CloudTasksTimer {
  const name = `locations/${region}/functions/${LAUNCH_FUNCTION}`;
  return new CloudTasksTimer(getFunctions(app).taskQueue<LaunchTask>(name), Date.now);
}

/** Timers as tasks of a queue. */
export class CloudTasksTimer implements Timer {
  readonly #queue: Pick<TaskQueue<LaunchTask>, "enqueue">;
  readonly #now: () => Instant;
  readonly #answerTimeoutMs: number;

  constructor(
    queue: Pick<TaskQueue<LaunchTask>, "enqueue">,
    now: () => Instant,
    answerTimeoutMs: number = ANSWER_TIMEOUT_MS,
  ) {
    this.#queue = queue;
    this.#now = now;
    this.#answerTimeoutMs = answerTimeoutMs;
  }

  async setTimer(instanceId: string, dueAt: Instant): Promise<void> {
    if (dueAt - this.#now() > LONGEST_DELAY_MS) return;
    // A time in the past means now to Cloud Tasks.
    const options = { id: taskId(instanceId, dueAt), scheduleTime: new Date(dueAt) };
    try {
      const enqueued = this.#queue.enqueue({ instanceId }, options);
      await Promise.race([enqueued, failAfter(this.#answerTimeoutMs)]);
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
}

/**
 * One task for an instance and its due time: setting it again is no second one, and another time is
 * another task. The instance comes first: ids that begin alike slow a queue down.
 */
function taskId(instanceId: string, dueAt: Instant): string {
  return `${USABLE_ID.test(instanceId) ? instanceId : hashOf(instanceId)}-${dueAt}`;
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
