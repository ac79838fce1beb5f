import { once } from "node:events";
import { rm } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import {
  type BotInstance,
  type BotInstanceStore,
  complete,
  type Decide,
  type ErrorCode,
  type Failure,
  fail,
  failure,
  type Outcome,
  type Phase,
  SECOND,
  type Stage,
  start,
} from "@meeting-bot/core";
import { type AttemptResult, type AttemptServices, makeAttempt } from "./attempt/attempt.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { LeaseKeeper, type LeaseLoss } from "./lease-keeper.ts";

/** What the manager needs. */
export interface ManagerServices extends AttemptServices {
  store: BotInstanceStore;
  newId(): string;
  random(): number;
}

/** A claim that this process has started to work under. */
interface Holding {
  token: string;
  runnerId: string;
}

/** Shorter than the lease, so that the last word comes before the sweep. */
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
  const { config, logs } = services;
  const holding = { token: config.claimToken, runnerId: config.runnerId || services.newId() };
  const { execution } = config;
  try {
    const started = await transact(services, (instance, at) =>
      start(instance, { ...holding, ...(execution && { execution }) }, at),
    );
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
  const lease = keepLease(services, holding);
  const signal = AbortSignal.any([lease.lost, terminated]);
  try {
    const result = await attemptSafely(services, { instance, lease, signal });
    await lease.release();
    if (!lease.lost.aborted) return await conclude(services, holding, result);
    logs.leaseLost(lease.lost.reason as LeaseLoss);
    return EXIT.fencedOff;
  } finally {
    await rm(config.workDir, { recursive: true, force: true }).catch(logs.workDirLeft);
  }
}

function keepLease({ config, store, logs }: ManagerServices, holding: Holding): LeaseKeeper {
  return new LeaseKeeper({
    ...holding,
    store,
    instanceId: config.botInstanceId,
    heartbeatMs: config.heartbeatSeconds * SECOND,
    lostMs: config.heartbeatLostSeconds * SECOND,
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
    const stopped = once(attempt.signal, "abort").then(() => pause(GRACE_MS, STOPPED));
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
  recording: ["BOT_CRASHED", "recording"],
  converting: ["CONVERSION_FAILED", "converting"],
  uploading: ["UPLOAD_FAILED", "uploading"],
};

/** Writes the last word. */
async function conclude(
  services: ManagerServices,
  holding: Holding,
  result: AttemptResult,
): Promise<ExitCode> {
  const [decide, code] = lastWord(services, holding, result);
  const written = await insist(services, decide);
  if (written.ok) {
    if (result.kind === "done") await result.cleanUp().catch(services.logs.partLeft);
    return code;
  }
  services.logs.leaseLost("superseded");
  return EXIT.fencedOff;
}

/** What to write about a result, and the exit code that goes with it. */
function lastWord(
  { logs, random }: ManagerServices,
  holding: Holding,
  result: AttemptResult,
): [Decide, ExitCode] {
  if (result.kind === "done") {
    const { outputs, outputFailures, partial, gaps } = result;
    const event = { ...holding, outputs, outputFailures, partial, gaps };
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

/** A transaction that matters too much to be given up at the first error. */
async function insist(services: ManagerServices, decide: Decide): Promise<Outcome> {
  const giveUpAt = services.clock.now() + INSIST_MS;
  for (;;) {
    try {
      return await transact(services, decide);
    } catch (error) {
      services.logs.outcomeNotWritten(error);
      if (services.clock.now() > giveUpAt) throw error;
      await pause(INSIST_PAUSE_MS);
    }
  }
}

function transact({ store, config }: ManagerServices, decide: Decide): Promise<Outcome> {
  return store.transact(config.botInstanceId, decide);
}
