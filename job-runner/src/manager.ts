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
import { type AttemptResult, type AttemptServices, makeAttempt } from "./attempt.ts";
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
  const holding = { token: config.claimToken, runnerId: services.newId() };
  const { execution } = config;
  const started = await transact(services, (instance, at) =>
    start(instance, { ...holding, ...(execution && { execution }) }, at),
  );
  if (!started.ok) {
    logs.superseded(started.reason);
    await services.stopBot();
    return EXIT.ok;
  }
  const lease = keepLease(services, holding);
  const signal = AbortSignal.any([lease.lost, terminated]);
  try {
    const result = await attemptSafely(services, { instance: started.instance, lease, signal });
    await lease.release();
    if (lease.lost.aborted) {
      logs.leaseLost(lease.lost.reason as LeaseLoss);
      return EXIT.fencedOff;
    }
    return await conclude(services, holding, result);
  } finally {
    await lease.release();
    await services.stopBot();
  }
}

function keepLease({ config, store, clock, logs }: ManagerServices, holding: Holding): LeaseKeeper {
  return new LeaseKeeper({
    ...holding,
    store,
    instanceId: config.botInstanceId,
    heartbeatMs: config.heartbeatSeconds * SECOND,
    lostMs: config.heartbeatLostSeconds * SECOND,
    now: clock.now,
    onMissed: logs.heartbeatMissed,
  });
}

/** Turns a defect into a failure, told in the words of the phase that it happened in. */
async function attemptSafely(
  services: ManagerServices,
  attempt: { instance: BotInstance; lease: LeaseKeeper; signal: AbortSignal },
): Promise<AttemptResult> {
  try {
    return await makeAttempt(services, attempt);
  } catch (error) {
    if (attempt.signal.aborted) return { kind: "stopped" };
    services.logs.crashed(error);
    const [code, stage] = WORDS[attempt.lease.phase];
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: "failed", failure: failure(code, stage, `The manager failed: ${reason}`) };
  }
}

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
  if (result.kind === "done") {
    const { outputs, partial } = result;
    const completed = await insist(services, (instance, at) =>
      complete(instance, { ...holding, outputs, partial }, at),
    );
    return completed.ok ? EXIT.ok : EXIT.fencedOff;
  }
  const why = result.kind === "failed" ? result.failure : endedByPlatform();
  services.logs.attemptFailed(why);
  const random = services.random();
  const failed = await insist(services, (instance, at) =>
    fail(instance, { ...holding, failure: why, random }, at),
  );
  return failed.ok ? EXIT.failed : EXIT.fencedOff;
}

function endedByPlatform(): Failure {
  const message = "The platform ended the job before the meeting was over.";
  return failure("LEASE_EXPIRED", "recording", message);
}

/** A transaction that matters too much to be given up at the first error. */
async function insist(services: ManagerServices, decide: Decide): Promise<Outcome> {
  const giveUpAt = services.clock.now() + INSIST_MS;
  for (;;) {
    try {
      return await transact(services, decide);
    } catch (error) {
      services.logs.heartbeatMissed(error);
      if (services.clock.now() > giveUpAt) throw error;
      await pause(INSIST_PAUSE_MS);
    }
  }
}

function transact({ store, config }: ManagerServices, decide: Decide): Promise<Outcome> {
  return store.transact(config.botInstanceId, decide);
}
