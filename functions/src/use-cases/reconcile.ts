import {
  type BotInstance,
  type BotInstanceStore,
  type Instant,
  isTerminal,
  type Launcher,
  MINUTE,
  type RunningExecution,
} from "@meeting-bot/core";
import * as logs from "../logs.ts";

/** What reconciling needs. */
export interface ReconcileServices {
  store: BotInstanceStore;
  launcher(): Promise<Launcher>;
  /** Whose executions are looked at: all others are somebody else's. */
  scope: string;
  now(): Instant;
}

/** How long an execution that is not wanted may take to end by itself. */
const PATIENCE_MS = 2 * MINUTE;

/**
 * Whether an execution works for nobody and has had its time to notice: its instance is missing, over,
 * or claimed with another token. A document without an execution is not found here but by its lease.
 */
export function shouldEnd(
  { token, startedAt }: RunningExecution,
  instance: BotInstance | undefined,
  now: Instant,
): boolean {
  if (instance?.status === "processing" && instance.claimToken === token) return false;
  return now - Math.max(startedAt, unwantedSince(instance)) >= PATIENCE_MS;
}

function unwantedSince(instance: BotInstance | undefined): Instant {
  if (!instance) return 0;
  const { status, processedAt, claimedAt, updatedAt } = instance;
  if (isTerminal(instance)) return processedAt ?? updatedAt;
  return status === "processing" ? (claimedAt ?? updatedAt) : updatedAt;
}

/**
 * Tells executions to end that work for nobody. Only those of the configured launcher: what another one
 * has made ends by itself, or is told to by the sweep, which asks by each execution's own launcher. One that cannot be ended does not keep the others; what
 * is left is met again the next time.
 */
export async function reconcile(services: ReconcileServices): Promise<void> {
  const launcher = await services.launcher();
  try {
    for await (const running of launcher.list(services.scope)) {
      await endIfUnwanted(services, launcher, running);
    }
  } catch (error) {
    logs.reconcileFailed(error);
  }
}

async function endIfUnwanted(
  { store, now }: ReconcileServices,
  launcher: Launcher,
  running: RunningExecution,
): Promise<void> {
  try {
    const instance = await store.find(running.instanceId);
    if (!shouldEnd(running, instance, now())) return;
    await launcher.cancel(running.execution);
    logs.strayEnded(running, instance?.status);
  } catch (error) {
    logs.strayNotEnded(running, error);
  }
}
