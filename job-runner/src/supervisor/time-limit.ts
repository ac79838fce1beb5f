import { EXIT } from "../exit-codes.ts";

/** How long the manager has to store what it holds and to give its lease back. */
const GRACE_SECONDS = 60;

/**
 * Ends the supervisor's process after its time, on a platform that has no time-out of its own: by SIGTERM,
 * as a platform would, and by its exit when it is still there a minute later. That takes the container along,
 * with the manager in it. Does nothing without a number of seconds.
 */
export function keepTimeLimit(seconds: string | undefined, graceSeconds = GRACE_SECONDS): void {
  const limitMs = Number(seconds) * 1000;
  if (!(limitMs > 0)) return;
  setTimeout(() => process.kill(process.pid, "SIGTERM"), limitMs).unref();
  // Not by SIGKILL: the first process of a container cannot send that to itself.
  setTimeout(() => process.exit(EXIT.crashed), limitMs + graceSeconds * 1000).unref();
}
