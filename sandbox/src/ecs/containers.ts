import { once } from "node:events";
import { type RunningContainer, startContainer } from "../machine/container.ts";
import { isReady } from "../machine/probe.ts";
import type { Launch } from "../machine/task.ts";
import type { EcsContainer } from "./container-definition.ts";
import { Milestones } from "./milestones.ts";
import {
  becomeRunning,
  beginToStop,
  type StopCode,
  type TaskRecord,
  updateContainer,
} from "./task.ts";

/** What ends a task's containers from outside, and how long they have then. */
export type Limits = {
  stopped: AbortSignal;
  /** Between SIGTERM and SIGKILL, in place of the containers' own `stopTimeout`. */
  killGraceMs?: number | undefined;
};

/**
 * Runs the containers of one task, writes what becomes of them into its record, and resolves when none of
 * their processes is left. The end of an essential container, or a condition that cannot be met any more,
 * stops the task. What depends on a container is stopped before it.
 */
export async function runContainers(
  task: TaskRecord,
  launches: Launch[],
  limits: Limits,
): Promise<void> {
  const run = new ContainersRun(task, limits);
  await Promise.all(launches.map((launch) => run.live(launch)));
}

class ContainersRun {
  readonly #task: TaskRecord;
  readonly #limits: Limits;
  readonly #ending = new AbortController();
  readonly #over: AbortSignal;
  readonly #milestones: ReadonlyMap<string, Milestones>;
  #started = 0;

  constructor(task: TaskRecord, limits: Limits) {
    this.#task = task;
    this.#limits = limits;
    this.#over = AbortSignal.any([limits.stopped, this.#ending.signal]);
    this.#milestones = new Map(
      task.definition.containers.map(({ name }) => [name, new Milestones()]),
    );
  }

  /** The life of one container. */
  async live(launch: Launch): Promise<void> {
    const container = this.#definitionOf(launch.name);
    const milestones = this.#milestonesOf(launch.name);
    const mayStart = await this.#mayStart(container);
    if (!mayStart) return milestones.neverStarted();
    const running = await startContainer(launch.container);
    if (running.pid === undefined) this.#failToStart(launch, container);
    else this.#begin(launch.name, running.pid);
    this.#countStart();
    this.#terminateWhenOver(container, running);
    const checking = this.#check(launch, running);
    const exitCode = await running.exited;
    milestones.exited(exitCode);
    updateContainer(this.#task, launch.name, { status: "STOPPED", exitCode });
    if (container.essential) {
      this.#end("EssentialContainerExited", "Essential container in task exited");
    }
    await checking;
  }

  #begin(name: string, pid: number): void {
    this.#task.pids[name] = pid;
    updateContainer(this.#task, name, { status: "RUNNING" });
    this.#milestonesOf(name).started();
  }

  #failToStart({ name, container }: Launch, { essential }: EcsContainer): void {
    const reason = `CannotStartContainerError: exec: "${container.command[0]}": cannot be started`;
    updateContainer(this.#task, name, { reason });
    if (essential) this.#end("TaskFailedToStart", reason);
  }

  /** The task runs when the last of its containers has been started. */
  #countStart(): void {
    this.#started++;
    const isLast = this.#started === this.#task.containers.length;
    if (isLast && !this.#over.aborted) becomeRunning(this.#task);
  }

  /** Whether all that a container waits for has come; when it cannot come any more, the task ends. */
  async #mayStart({ name, waitsFor }: EcsContainer): Promise<boolean> {
    const met = Promise.all(
      waitsFor.map(({ container, condition }) => this.#milestonesOf(container).when(condition)),
    );
    if (!this.#over.aborted) await Promise.race([met, once(this.#over, "abort")]);
    if (this.#over.aborted) return false;
    if (!(await met).includes(false)) return true;
    this.#end("TaskFailedToStart", `Task failed to start: what ${name} depends on did not come.`);
    return false;
  }

  /** Asks a container's health check until it passes, its tries are used up or there is no need any more. */
  async #check(launch: Launch, running: RunningContainer): Promise<void> {
    const { startupProbe, name } = launch;
    if (!startupProbe) return;
    const gone = new AbortController();
    running.exited.then(() => gone.abort());
    const over = AbortSignal.any([this.#over, gone.signal]);
    const isHealthy = await isReady(startupProbe, startupProbe.port, over);
    this.#milestonesOf(name).checked(isHealthy);
    if (over.aborted) return;
    updateContainer(this.#task, name, { health: isHealthy ? "HEALTHY" : "UNHEALTHY" });
  }

  #terminateWhenOver(container: EcsContainer, running: RunningContainer): void {
    const graceMs = this.#limits.killGraceMs ?? container.stopTimeoutSeconds * 1000;
    const dependents = this.#task.definition.containers.filter(({ waitsFor }) =>
      waitsFor.some((each) => each.container === container.name),
    );
    const terminate = async () => {
      await Promise.all(dependents.map(({ name }) => this.#milestonesOf(name).when("COMPLETE")));
      running.terminate(graceMs);
    };
    if (this.#over.aborted) terminate();
    else this.#over.addEventListener("abort", terminate);
  }

  #end(code: StopCode, reason: string): void {
    beginToStop(this.#task, code, reason);
    this.#ending.abort();
  }

  #definitionOf(name: string): EcsContainer {
    const found = this.#task.definition.containers.find((container) => container.name === name);
    if (!found) throw new Error(`task ${this.#task.id} has no container ${name}`);
    return found;
  }

  #milestonesOf(name: string): Milestones {
    const found = this.#milestones.get(name);
    if (!found) throw new Error(`task ${this.#task.id} has no container ${name}`);
    return found;
  }
}
