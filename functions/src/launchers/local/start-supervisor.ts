import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import type { Answer, Order } from "./order.ts";

/** What became of an order: an answer, the supervisor's end without one, or nothing in time. */
export type Response =
  | Answer
  | { kind: "ended"; code: number | null; signal: NodeJS.Signals | null }
  | { kind: "silent" };

/** A supervisor that waits for its order. */
export interface Supervisor {
  pid: number;
  /** Gives the order, waits `timeoutMs` at most for the answer, and lets go of the supervisor. */
  obey(order: Order, timeoutMs: number): Promise<Response>;
  /** Lets go of it without an order: it ends, having done nothing. */
  dismiss(): void;
}

/**
 * Starts a supervisor that does not end with this process: it has a session of its own, and prints to
 * `logFile`. It inherits the whole environment, of which it hands on what its order names. Throws what
 * the system says when it cannot be started.
 */
export async function startSupervisor(script: string, logFile: string): Promise<Supervisor> {
  await using log = await open(logFile, "a", 0o600);
  const child = fork(script, {
    detached: true,
    // Not this process's own: two inspectors cannot share a port.
    execArgv: [],
    stdio: ["ignore", log.fd, log.fd, "ipc"],
  });
  await once(child, "spawn");
  const ended = once(child, "exit").then(
    ([code, signal]): Response => ({ kind: "ended", code, signal }),
  );
  return {
    pid: Number(child.pid),
    obey: async (order, timeoutMs) => {
      const answered = answerOf(child, timeoutMs);
      // What cannot be sent has no receiver any more, and `ended` tells that.
      child.send(order, () => undefined);
      const response = await Promise.race([answered, ended]);
      letGo(child);
      return response;
    },
    dismiss: () => letGo(child),
  };
}

async function answerOf(child: ChildProcess, timeoutMs: number): Promise<Response> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const [answer] = await once(child, "message", { signal });
    return answer;
  } catch (error) {
    if (signal.aborted) return { kind: "silent" };
    throw error;
  }
}

function letGo(child: ChildProcess): void {
  if (child.connected) child.disconnect();
  child.unref();
}
