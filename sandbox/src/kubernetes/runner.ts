import { endPods, exceedDeadline, runJob } from "./job-run.ts";
import type { Obstacle } from "./obstacles.ts";
import type { Ground } from "./pod-life.ts";
import type { JobRecord } from "./records.ts";

/** What becomes of a deleted job's pods: `Orphan` leaves them, `Foreground` keeps the job until they are gone. */
export type Propagation = "Orphan" | "Background" | "Foreground";

type Run = { over: AbortController; ended: Promise<void> };

/** Begins, ends and removes jobs. */
export class Runner {
  readonly #ground: Ground;
  readonly #onJob: (job: JobRecord) => void;
  readonly #runs = new Map<JobRecord, Run>();
  readonly #removals = new Set<NodeJS.Timeout>();

  constructor(ground: Ground, onJob: (job: JobRecord) => void) {
    this.#ground = ground;
    this.#onJob = onJob;
  }

  /** Sets an accepted job going; the obstacle befalls its first pod. */
  start(job: JobRecord, obstacle?: Obstacle): void {
    const over = new AbortController();
    const { activeDeadlineSeconds: seconds } = job.object.spec ?? {};
    const expire = () => exceedDeadline(job, over);
    const deadline = seconds === undefined ? undefined : setTimeout(expire, toDelayMs(seconds));
    this.#onJob(job);
    const ended = runJob(job, obstacle, this.#ground, over.signal).then(() => {
      clearTimeout(deadline);
      this.#runs.delete(job);
      if (job.deletedAt) job.gone = true;
      else this.#removeLater(job);
      this.#onJob(job);
    });
    this.#runs.set(job, { over, ended });
  }

  /** Deletes a job; its record says when it, and its pods, do not exist any more. */
  delete(job: JobRecord, propagation: Propagation): void {
    const run = this.#runs.get(job);
    job.orphaned = propagation === "Orphan";
    job.gone = propagation !== "Foreground" || run === undefined;
    if (job.orphaned) return;
    job.deletedAt = Date.now();
    if (run) endPods(job, run.over);
    else for (const pod of job.pods) pod.gone = true;
  }

  /** Ends every job and resolves when no process, port or folder of them is left. */
  async stopAll(): Promise<void> {
    for (const timer of this.#removals) clearTimeout(timer);
    const running = [...this.#runs.values()];
    for (const { over } of running) over.abort();
    await Promise.all(running.map(({ ended }) => ended));
    for (const timer of this.#removals) clearTimeout(timer);
  }

  #removeLater(job: JobRecord): void {
    const seconds = job.object.spec?.ttlSecondsAfterFinished;
    if (seconds === undefined || job.gone) return;
    const timer = setTimeout(() => {
      this.#removals.delete(timer);
      this.delete(job, "Background");
    }, toDelayMs(seconds));
    this.#removals.add(timer);
  }
}

/** As a timer's delay: a longer one than 2^31 − 1 ms would be over at once. */
function toDelayMs(seconds: number): number {
  return Math.min(seconds * 1000, 2 ** 31 - 1);
}
