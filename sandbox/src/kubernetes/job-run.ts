import { setTimeout as sleep } from "node:timers/promises";
import type { Obstacle } from "./obstacles.ts";
import { type Ground, live } from "./pod-life.ts";
import { type Ended, type JobRecord, newPod } from "./records.ts";
import { verdictOn } from "./verdict.ts";

/**
 * Between a pod and the one in its place. A cluster waits 10 s, then 20 s, and so on; a second is enough for
 * their creation times, which have no fractions, to differ.
 */
const PAUSE_MS = 1000;

const DEADLINE = {
  state: "failed",
  reason: "DeadlineExceeded",
  message: "Job was active longer than specified deadline",
} as const;

const DELETED = { state: "deleted", reason: "Deleted", message: "The job was deleted." } as const;

/**
 * Runs one pod of a job after the other until the job has ended, or is `over`; the obstacle befalls the
 * first. Nothing of it runs when the promise is settled.
 */
export async function runJob(
  job: JobRecord,
  obstacle: Obstacle | undefined,
  ground: Ground,
  over: AbortSignal,
): Promise<void> {
  for (let first = obstacle; !over.aborted && !job.gone && !job.ended; first = undefined) {
    const pod = newPod(job);
    job.pods.push(pod);
    await live(job, pod, first, ground, over);
    if (over.aborted) pod.gone = true;
    else judge(job);
    if (!job.ended) await pause(over);
  }
  job.ended ??= job.ending ?? { at: Date.now(), ...DELETED };
}

async function pause(over: AbortSignal): Promise<void> {
  await sleep(PAUSE_MS, undefined, { signal: over }).catch((error: unknown) => {
    if (!over.aborted) throw error;
  });
}

/** Ends what runs of a job: its pods are deleted, which takes until their containers have ended. */
export function endPods(job: JobRecord, over: AbortController): void {
  const last = job.pods.at(-1);
  if (last) last.deletedAt = Date.now();
  over.abort();
}

/** Ends a job that has been active for too long. */
export function exceedDeadline(job: JobRecord, over: AbortController): void {
  job.ending = { at: Date.now(), ...DEADLINE };
  job.failed++;
  endPods(job, over);
}

/** Writes down what the job controller makes of the end of the job's last pod. */
function judge(job: JobRecord): void {
  const pod = job.pods.at(-1);
  if (pod === undefined) return;
  const verdict = verdictOn(job, pod);
  if (verdict.kind === "failed" || (verdict.kind === "again" && verdict.counts)) job.failed++;
  if (verdict.kind === "again") return;
  const { kind: state, reason, message } = verdict;
  const ended: Ended = { at: Date.now(), state, reason, message };
  job.ending = ended;
  job.ended = ended;
}
