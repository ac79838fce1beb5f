import { rm } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import {
  type BotInstance,
  type BotInstanceStore,
  complete,
  type Decide,
  type ErrorCode,
  type Execution,
  type Failure,
  fail,
  failure,
  type Outcome,
  type Phase,
  SECOND,
  type Stage,
  start,
} from "@meeting-bot/core";
import { aborted } from "./aborted.ts";
import { type AttemptResult, type AttemptServices, makeAttempt } from "./attempt/attempt.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { LeaseKeeper, type LeaseLoss } from "./lease-keeper.ts";

/** What the manager needs. */
export interface ManagerServices extends AttemptServices {
  store: BotInstanceStore;
  /** Which execution this is, where that can be told. */
  execution: Execution | undefined;
  newId(): string;
  random(): number;
}

/** A claim that this process has started to work under. */
interface Holding {
  token: string;
  runnerId: string;
}

/** Shorter than the lease: a manager that is started again must have it before the sweep looks. */
const INSIST_MS = 90 * SECOND;
const INSIST_PAUSE_MS = 3 * SECOND;

/**
 * Works on the bot instance that it was launched for, and writes down what came of it on every path.
 * `terminated` is aborted when the platform ends the job.
 */
export async function runManager(
  services: ManagerServices,
  terminated: AbortSignal,
): Promise<ExitCode> {
  const { config, logs, execution } = services;
  const holding = { token: config.claimToken, runnerId: config.runnerId || services.newId() };
  const decide: Decide = (instance, at) =>
    start(instance, { ...holding, ...(execution && { execution }) }, at);
  try {
    // The bot of a manager that is started again is in its meeting.
    const started = await (config.restarts > 0
      ? insist(services, decide, AbortSignal.timeout(INSIST_MS))
      : transact(services, decide));
    if (started.ok && started.instance.status === "processing") {
      return await work(services, holding, started.instance, terminated);
    }
    logs.superseded(started.ok ? started.instance.status : started.reason);
    return EXIT.ok;
  } finally {
    // Whatever has happened: a bot that nobody follows would be paid for until the job's deadline.
    await services.stopBot();
  }
}

async function work(
  services: ManagerServices,
  holding: Holding,
  instance: BotInstance,
  terminated: AbortSignal,
): Promise<ExitCode> {
  const { config, logs } = services;
  const lease = keepLease(services, holding, instance);
  const signal = AbortSignal.any([lease.lost, terminated]);
  try {
    const result = await attemptSafely(services, { instance, lease, signal });
    await lease.fallSilent();
    return await conclude(services, holding, lease, result);
  } finally {
    await lease.release();
    await rm(config.workDir, { recursive: true, force: true }).catch(logs.workDirLeft);
  }
}

function keepLease(
  { config, store, logs }: ManagerServices,
  holding: Holding,
  { leaveAt }: BotInstance,
): LeaseKeeper {
  return new LeaseKeeper({
    ...holding,
    store,
    instanceId: config.botInstanceId,
    heartbeatMs: config.heartbeatSeconds * SECOND,
    lostMs: config.heartbeatLostSeconds * SECOND,
    leaveAt,
    onMissed: logs.heartbeatMissed,
  });
}

/** How long an attempt that must end at once may take to store its last part. */
const GRACE_MS = 6 * SECOND;

/**
 * Turns a defect into a failure, told in the words of the phase that it happened in. Does not wait
 * for long when the signal is aborted: what is under way may take more time than the platform gives.
 */
async function attemptSafely(
  services: ManagerServices,
  attempt: { instance: BotInstance; lease: LeaseKeeper; signal: AbortSignal },
): Promise<AttemptResult> {
  try {
    const stopped = aborted(attempt.signal).then(() => pause(GRACE_MS, STOPPED));
    return await Promise.race<AttemptResult>([makeAttempt(services, attempt), stopped]);
  } catch (error) {
    if (attempt.signal.aborted) return STOPPED;
    services.logs.crashed(error);
    const [code, stage] = WORDS[attempt.lease.phase];
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: "failed", failure: failure(code, stage, `The manager failed: ${reason}`) };
  }
}

const STOPPED = { kind: "stopped" } as const;

const WORDS: Record<Phase, [ErrorCode, Stage]> = {
  claimed: ["BOT_UNREACHABLE", "join"],
  launched: ["BOT_UNREACHABLE", "join"],
  joining: ["BOT_UNREACHABLE", "join"],
  waiting: ["BOT_UNREACHABLE", "join"],
  recording: ["BOT_CRASHED", "recording"],
  converting: ["CONVERSION_FAILED", "converting"],
  uploading: ["UPLOAD_FAILED", "uploading"],
};

/** Writes the last word, before the lease can be taken for lost. */
async function conclude(
  services: ManagerServices,
  holding: Holding,
  { lost }: LeaseKeeper,
  result: AttemptResult,
): Promise<ExitCode> {
  const [decide, code] = lastWord(services, holding, result);
  const written = await insist(services, decide, lost).catch((error) => {
    if (!lost.aborted) throw error;
  });
  if (written?.ok) {
    await tellMeetings(services);
    if (result.kind === "done") await result.cleanUp().catch(services.logs.partLeft);
    return code;
  }
  services.logs.leaseLost(written ? "superseded" : (lost.reason as LeaseLoss));
  return EXIT.fencedOff;
}

/** So long the meetings are told; the functions tell those that were not. */
const TELL_MS = 15 * SECOND;

async function tellMeetings({ store, config, logs }: ManagerServices): Promise<void> {
  const told = store.tellMeetings(config.botInstanceId).catch(logs.meetingsNotTold);
  await Promise.race([told, pause(TELL_MS, undefined, { ref: false })]);
}

/** What to write about a result, and the exit code that goes with it. */
function lastWord(
  { logs, random }: ManagerServices,
  holding: Holding,
  result: AttemptResult,
): [Decide, ExitCode] {
  if (result.kind === "done") {
    const { outputs, outputFailures, partial, gaps, end } = result;
    const event = { ...holding, outputs, outputFailures, partial, gaps, ...end };
    return [(instance, at) => complete(instance, event, at), EXIT.ok];
  }
  const why = result.kind === "failed" ? result.failure : endedByPlatform();
  logs.attemptFailed(why);
  const event = { ...holding, failure: why, random: random() };
  return [(instance, at) => fail(instance, event, at), EXIT.failed];
}

function endedByPlatform(): Failure {
  const message = "The platform ended the job before the recording was stored.";
  return failure("LEASE_EXPIRED", "recording", message);
}

/** A transaction that matters too much to be given up at the first error; rejects once `giveUp` is aborted. */
async function insist(
  services: ManagerServices,
  decide: Decide,
  giveUp: AbortSignal,
): Promise<Outcome> {
  const given = aborted(giveUp).then(() => Promise.reject(giveUp.reason));
  // Nobody may be waiting for it any more.
  given.catch(() => {});
  for (;;) {
    giveUp.throwIfAborted();
    try {
      return await Promise.race([transact(services, decide), given]);
    } catch (error) {
      giveUp.throwIfAborted();
      services.logs.outcomeNotWritten(error);
      await services.clock.sleep(INSIST_PAUSE_MS, giveUp);
    }
  }
}

function transact({ store, config }: ManagerServices, decide: Decide): Promise<Outcome> {
  return store.transact(config.botInstanceId, decide);
}
