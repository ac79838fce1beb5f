import type { Verdict } from "@meeting-bot/core";
import { MANAGER_CONTAINER } from "./overrides.ts";

/** The part of ECS's `Task` that is read here. */
export interface EndedTask {
  /** `TaskStopCode`, by its name. */
  stopCode?: string | undefined;
  stoppedReason?: string | undefined;
  /** When all containers were running; absent when that never was. */
  startedAt?: unknown;
  containers?: readonly EndedContainer[] | undefined;
}

interface EndedContainer {
  name?: string | undefined;
  /** Absent for a container that was never started. */
  exitCode?: number | undefined;
  reason?: string | undefined;
}

type Ended = Extract<Verdict, { state: "ended" }>;

interface Obstacle {
  words: string;
  /** Whether no other task starts until an operator has mended something. */
  needsOperator: boolean;
}

/** A process that was ended by SIGKILL. */
const KILLED = 137;

/**
 * What keeps a task from starting, by the prefixes that ECS documents (developer guide, stopped task
 * errors) and the words that were seen to follow them. The first that fits counts.
 */
const OBSTACLES: readonly (readonly [pattern: RegExp, obstacle: Obstacle])[] = [
  [
    /CannotPull(?:Image)?.*(?:not found|manifest unknown|does not exist|invalid reference)/is,
    mendable("its image does not exist; push it, or correct the task definition"),
  ],
  [
    /CannotPull.*(?:\b40[13]\b|denied|unauthorized|not authorized)/is,
    mendable("ECS may not read its image; let the task's execution role read the repository"),
  ],
  [
    /CannotPull/i,
    transient(
      "its image could not be loaded; from private subnets that takes a NAT gateway or VPC endpoints",
    ),
  ],
  [
    /ResourceInitializationError.*(?:AccessDenied|not authorized|unable to assume|cannot be assumed)/is,
    mendable("the task's execution role may not do what the task definition needs"),
  ],
  [
    /ResourceInitializationError.*(?:log group|ResourceNotFoundException)/is,
    mendable("its log group, or a secret that the task definition names, does not exist"),
  ],
  [/ResourceInitializationError/i, transient("Fargate could not make ready what it needs")],
  [
    /no (?:free|available) (?:IP )?addresses|insufficient free addresses|network interface/i,
    transient("it got no address in ECS_SUBNETS"),
  ],
  [/capacity is unavailable|RESOURCE:/i, transient("there was no capacity or quota left for it")],
  [/CannotCreateVolumeError/i, transient("its scratch volume could not be made")],
  [/CannotStartContainerError/i, transient("a container could not be started")],
];

/** How a task that ran came to its end, where ECS has a code for it. */
const STOP_CODES: Readonly<Record<string, string>> = {
  UserInitiated: "it was cancelled, by an operator or because it had been silent",
  ServiceSchedulerInitiated: "the scheduler of an ECS service has stopped it",
  SpotInterruption: "AWS took back the Spot capacity that it ran on",
  TerminationNotice: "AWS took the machine away that it ran on",
  InfrastructureHealth: "AWS found the machine that it ran on to be broken",
};

/** Puts into words how a task has ended, and tells when it never ran, whether only an operator can mend that. */
export function explainEnding(task: EndedTask): Ended {
  const { words, needsOperator } = hasRun(task) ? { words: wordsFor(task) } : obstacleOf(task);
  const platformReason = platformWords(task);
  return {
    state: "ended",
    reason: platformReason ? `${words} (${platformReason})` : words,
    ...(needsOperator !== undefined && { neverRan: { needsOperator } }),
  };
}

function hasRun({ startedAt, containers = [] }: EndedTask): boolean {
  return Boolean(startedAt) || containers.some(({ exitCode }) => exitCode !== undefined);
}

function obstacleOf(task: EndedTask): Obstacle {
  const said = platformWords(task);
  const [, known] = OBSTACLES.find(([pattern]) => pattern.test(said)) ?? [];
  return known ?? transient(STOP_CODES[task.stopCode ?? ""] ?? "it could not be started");
}

function wordsFor({ stopCode, containers = [] }: EndedTask): string {
  const starved = containers.find(({ reason }) => /OutOfMemory/i.test(reason ?? ""));
  if (starved) return `the container ${starved.name} ran out of memory`;
  const byCode = STOP_CODES[stopCode ?? ""];
  if (byCode) return byCode;
  const failures = containers.filter(({ exitCode = 0 }) => exitCode !== 0);
  // A bot may be killed because the manager has ended, not the other way round.
  const failed = failures.find(({ name }) => name === MANAGER_CONTAINER) ?? failures[0];
  if (failed?.exitCode === KILLED) {
    return `the container ${failed.name} was killed, as one is that runs out of memory`;
  }
  if (failed) return `the container ${failed.name} failed with exit code ${failed.exitCode}`;
  return stopCode === "EssentialContainerExited"
    ? "it ended as if all were well"
    : "it ended, without saying how";
}

/** The task's own words, and those of its containers that say more. */
function platformWords({ stoppedReason, containers = [] }: EndedTask): string {
  const said = [stoppedReason, ...containers.map(({ reason }) => reason)];
  return [...new Set(said.filter(Boolean))].join("; ");
}

function mendable(words: string): Obstacle {
  return { words, needsOperator: true };
}

function transient(words: string): Obstacle {
  return { words, needsOperator: false };
}
