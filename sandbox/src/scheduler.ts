/** One scheduled function of the functions emulator, and how often it runs. */
export interface ScheduleOptions {
  /** The origin of the functions emulator. */
  functionsUrl: string;
  projectId: string;
  region: string;
  functionName: string;
  everySeconds: number;
  /** Told when a run that nobody waits for fails; the next one happens all the same. */
  onError: (error: Error) => void;
}

/** A running schedule. */
export interface Scheduler {
  /**
   * Runs the function now, as a run that is due at `scheduledAt`, or joins the run that is under way;
   * rejects when the function throws.
   */
  fire(scheduledAt?: Date): Promise<void>;
  /** Ends the schedule and waits for the run that is under way. */
  stop(): Promise<void>;
}

/**
 * Plays Cloud Scheduler, which the functions emulator lacks: calls a scheduled function every
 * `everySeconds`, the first time after that many. Two runs never overlap: a turn that comes while the
 * function still runs is left out.
 */
export function startScheduler(options: ScheduleOptions): Scheduler {
  const url = triggerUrl(options);
  let running: Promise<void> | undefined;
  const fire = (scheduledAt = new Date()) => {
    running ??= post(url, scheduledAt).finally(() => {
      running = undefined;
    });
    return running;
  };
  const timer = setInterval(() => {
    if (!running) fire().catch(options.onError);
  }, options.everySeconds * 1000);
  const stop = async () => {
    clearInterval(timer);
    await Promise.allSettled([running]);
  };
  return { fire, stop };
}

/** How long Cloud Scheduler waits for an answer where nothing else is set: 3 minutes. */
const ATTEMPT_DEADLINE_MS = 180_000;

/** The emulator registers a schedule as an event trigger, though it has nothing that would fire it. */
function triggerUrl({ functionsUrl, projectId, region, functionName }: ScheduleOptions): string {
  return `${functionsUrl}/functions/projects/${projectId}/triggers/${region}-${functionName}-0`;
}

async function post(url: string, scheduledAt: Date): Promise<void> {
  const headers = {
    "content-type": "application/json",
    "x-cloudscheduler-scheduletime": scheduledAt.toISOString(),
  };
  const signal = AbortSignal.timeout(ATTEMPT_DEADLINE_MS);
  const response = await fetch(url, { method: "POST", headers, body: "{}", signal });
  if (response.ok) return;
  throw new Error(`POST ${url} answered ${response.status}: ${await response.text()}`);
}
