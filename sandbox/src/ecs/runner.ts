import { setTimeout as sleep } from "node:timers/promises";
import { type Machine, withPlace } from "../machine/machine.ts";
import type { Launch } from "../machine/task.ts";
import { runContainers } from "./containers.ts";
import type { Obstacle } from "./obstacles.ts";
import {
  becomeDeprovisioning,
  becomePending,
  becomeRunning,
  becomeStopped,
  beginToStop,
  type TaskRecord,
  updateContainer,
} from "./task.ts";

/** What is done in place of a task's containers; it has ended when the promise is settled. */
export type StandIn = (task: TaskRecord) => Promise<void>;

/** What tasks run on: a machine, or what stands in for it. `environmentOf` is what a container is given. */
export type Ground = {
  machine: Machine | undefined;
  standIn: StandIn;
  /** Between SIGTERM and SIGKILL, in place of the containers' own `stopTimeout`. */
  killGraceMs: number | undefined;
  /** How long each station before and after the containers' lives takes. */
  phaseMs: number;
  environmentOf: (task: TaskRecord, container: string) => Record<string, string>;
};

/** Leads tasks through their lives. */
export class Runner {
  readonly #ground: Ground;
  readonly #running = new Map<TaskRecord, { stopped: AbortController; ended: Promise<void> }>();

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** Sets an accepted task going; an obstacle takes the place of its containers. */
  start(task: TaskRecord, obstacle?: Obstacle): void {
    const stopped = new AbortController();
    const ended = this.#live(task, stopped.signal, obstacle).finally(() =>
      this.#running.delete(task),
    );
    this.#running.set(task, { stopped, ended });
  }

  /** Stops a task, in the words of who wants it; its record says when it has ended. */
  stop(task: TaskRecord, reason: string): void {
    if (task.endedAt !== undefined) return;
    beginToStop(task, "UserInitiated", reason);
    this.#running.get(task)?.stopped.abort();
  }

  /** Stops every task and resolves when no process, port or folder of them is left. */
  async stopAll(): Promise<void> {
    const running = [...this.#running];
    for (const [task] of running) this.stop(task, "The server stops.");
    await Promise.all(running.map(([, { ended }]) => ended));
  }

  async #live(task: TaskRecord, stopped: AbortSignal, obstacle?: Obstacle): Promise<void> {
    await this.#phase(stopped);
    if (!stopped.aborted) await this.#run(task, stopped, obstacle);
    becomeDeprovisioning(task);
    await this.#phase(stopped);
    becomeStopped(task);
  }

  async #run(task: TaskRecord, stopped: AbortSignal, obstacle?: Obstacle): Promise<void> {
    if (obstacle) return obstacle(task);
    becomePending(task);
    await this.#phase(stopped);
    if (stopped.aborted) return;
    const { machine } = this.#ground;
    if (machine) await this.#runOn(machine, task, stopped);
    else await this.#pretend(task, stopped);
  }

  async #runOn(machine: Machine, task: TaskRecord, stopped: AbortSignal): Promise<void> {
    const { id, definition } = task;
    const { killGraceMs } = this.#ground;
    const place = { id, logName: id, ...definition, env: {} };
    await withPlace(machine, place, (launches) =>
      runContainers(
        task,
        launches.map((launch) => this.#withEnvironment(task, launch)),
        { stopped, killGraceMs },
      ),
    );
  }

  #withEnvironment(task: TaskRecord, launch: Launch): Launch {
    const { container, name } = launch;
    const env = { ...container.env, ...this.#ground.environmentOf(task, name) };
    return { ...launch, container: { ...container, env } };
  }

  /** Without a machine every container exits 0, at the end of the stand-in or when it is stopped. */
  async #pretend(task: TaskRecord, stopped: AbortSignal): Promise<void> {
    becomeRunning(task);
    for (const { name } of task.containers) updateContainer(task, name, { status: "RUNNING" });
    const isStopped = new Promise((resolve) => stopped.addEventListener("abort", resolve));
    await Promise.race([this.#ground.standIn(task), isStopped]);
    for (const { name } of task.containers) updateContainer(task, name, { exitCode: 0 });
    beginToStop(task, "EssentialContainerExited", "Essential container in task exited");
  }

  /** A station takes its time, and at least a turn of the event loop: no answer knows the next one yet. */
  async #phase(stopped: AbortSignal): Promise<void> {
    const { phaseMs } = this.#ground;
    await sleep(phaseMs, undefined, { signal: stopped }).catch((error: unknown) => {
      if (!stopped.aborted) throw error;
    });
  }
}
