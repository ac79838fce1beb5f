import type { Instant, Verdict } from "@meeting-bot/core";
import type { ProgramName } from "./order.ts";

/** How a process has ended: by itself, or by a signal. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** Why the programs of an execution were told to end, as its supervisor writes it down. */
export type Why = "manager-ended" | "timed-out" | "cancelled";

/** How an execution has ended. */
export type Ending = { endedAt: Instant } & (
  | { why: Why; exits: Readonly<Record<ProgramName, Exit>> }
  /** Its supervisor is gone, and has not written anything down. */
  | { why: "vanished" }
  /** None of its programs has run. */
  | { why: "not-started"; reason: string; needsOperator?: boolean }
);

/** Puts into words how an execution has ended, and tells when it never ran, whether only an operator can mend that. */
export function explainEnding(ending: Ending): Extract<Verdict, { state: "ended" }> {
  if (ending.why === "not-started") {
    const { reason, needsOperator = false } = ending;
    return { state: "ended", reason, neverRan: { needsOperator } };
  }
  return { state: "ended", reason: wordsFor(ending) };
}

function wordsFor(ending: Exclude<Ending, { why: "not-started" }>): string {
  switch (ending.why) {
    case "vanished":
      return "it was killed or the machine was restarted";
    case "cancelled":
      return "it was cancelled, by an operator or because it had been silent";
    case "timed-out":
      return "it reached its time-out";
    case "manager-ended":
      return wordsForExit(ending.exits.manager);
  }
}

function wordsForExit({ code, signal }: Exit): string {
  if (signal) return `the manager was killed by ${signal}`;
  return code === 0 ? "it ended as if all were well" : `the manager failed with exit code ${code}`;
}
