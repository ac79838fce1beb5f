import type { Failure } from "@meeting-bot/core";
import type { PortRange } from "./ports.ts";

/** The processes of an execution, in the order of their start: a bot that nobody asks anything does nothing. */
export const PROGRAMS = ["bot", "manager"] as const;
export type ProgramName = (typeof PROGRAMS)[number];

/** One process of an execution, and what its launch adds to its environment. */
export interface ProgramOrder {
  command: readonly string[];
  environment: Readonly<Record<string, string>>;
}

/** What the launcher tells the supervisor. It goes over their channel, not to the disk: it may hold keys. */
export interface Order {
  /** The execution's name. */
  name: string;
  /** The execution's folder, which exists. */
  folder: string;
  programs: Readonly<Record<ProgramName, ProgramOrder>>;
  /** The names of the variables that are handed on to the manager, besides those that always are. */
  handedOn: readonly string[];
  ports: PortRange;
  timeoutSeconds: number;
  /** How long a process may take to end when it is told to. */
  killGraceMs: number;
}

/** What the supervisor answers: whether the programs run; none does when it has refused. */
export type Answer = { kind: "started" } | { kind: "refused"; failure: Failure };
