import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { StartupProbe } from "./container-spec.ts";

/**
 * Probes a local port until it answers: true when it did, false when the probe's failures are used up or
 * `over` was aborted.
 */
export async function isReady(
  probe: StartupProbe,
  port: number,
  over: AbortSignal,
): Promise<boolean> {
  await pause(probe.initialDelaySeconds, over);
  for (let failures = 0; failures < probe.failureThreshold && !over.aborted; failures++) {
    if (await answers(probe, port)) return true;
    await pause(probe.periodSeconds, over);
  }
  return false;
}

async function answers(probe: StartupProbe, port: number): Promise<boolean> {
  const signal = AbortSignal.timeout(probe.timeoutSeconds * 1000);
  const attempt = probe.path === undefined ? opens(port, signal) : isOk(port, probe.path, signal);
  // A refused connection is what is being waited out, not an error.
  return attempt.catch(() => false);
}

async function isOk(port: number, path: string, signal: AbortSignal): Promise<boolean> {
  const response = await fetch(`http://localhost:${port}${path}`, { signal });
  await response.body?.cancel();
  return response.status < 400;
}

async function opens(port: number, signal: AbortSignal): Promise<boolean> {
  const socket = connect(port, "localhost");
  try {
    await once(socket, "connect", { signal });
    return true;
  } finally {
    socket.destroy();
  }
}

/** Sleeps, but not beyond the end of the task. */
async function pause(seconds: number, over: AbortSignal): Promise<void> {
  await sleep(seconds * 1000, undefined, { signal: over }).catch((error: unknown) => {
    if (!over.aborted) throw error;
  });
}
