import type { Machine } from "../machine/machine.ts";
import {
  type ExecutionRecord,
  failToStart,
  newExecution,
  runExecution,
  succeedAtOnce,
} from "./execution.ts";
import type { History } from "./history.ts";
import type { JobSpec } from "./job-spec.ts";
import type { Obstacle } from "./obstacles.ts";

/** What is done in place of an execution's containers; it has ended when the promise is settled. */
export type StandIn = (record: ExecutionRecord) => Promise<void>;

/** Begins and ends executions. Without a machine their stand-in is all that runs, and they succeed. */
export class Runner {
  readonly #history: History;
  readonly #machine: Machine | undefined;
  readonly #standIn: StandIn | undefined;
  readonly #onExecution: (record: ExecutionRecord) => void;
  readonly #running = new Map<ExecutionRecord, { cancel: AbortController; ended: Promise<void> }>();

  constructor(
    history: History,
    machine: Machine | undefined,
    onExecution: (record: ExecutionRecord) => void,
    standIn?: StandIn,
  ) {
    this.#history = history;
    this.#machine = machine;
    this.#standIn = standIn;
    this.#onExecution = onExecution;
  }

  /**
   * Accepts an execution of a job (overrides applied) below the job's full name, and sets it going; an
   * obstacle lets it fail instead.
   */
  start(parent: string, job: JobSpec, obstacle?: Obstacle): ExecutionRecord {
    const record = newExecution(parent, job);
    // Five characters can come up twice among a thousand executions.
    if (this.#history.all().some(({ name }) => name === record.name))
      return this.start(parent, job, obstacle);
    this.#history.add(record);
    this.#onExecution(record);
    // Later, as with the real service: the call's answer knows nothing of it yet.
    if (obstacle) setImmediate(() => this.#end(record, () => failToStart(record, obstacle)));
    else if (this.#machine) this.#run(record, this.#machine);
    else this.#pretend(record);
    return record;
  }

  /** Asks a running execution to end; its record says when it has. */
  stop(record: ExecutionRecord): void {
    record.cancelRequested = true;
    this.#running.get(record)?.cancel.abort();
  }

  /** Ends every execution and resolves when no process, port or folder of them is left. */
  async stopAll(): Promise<void> {
    const running = [...this.#running];
    for (const [record] of running) this.stop(record);
    await Promise.all(running.map(([, { ended }]) => ended));
  }

  #run(record: ExecutionRecord, machine: Machine): void {
    const cancel = new AbortController();
    const ended = runExecution(record, machine, cancel.signal).then(() => {
      this.#running.delete(record);
      this.#onExecution(record);
    });
    this.#running.set(record, { cancel, ended });
  }

  #pretend(record: ExecutionRecord): void {
    const end = () => this.#end(record, () => succeedAtOnce(record));
    if (this.#standIn) void this.#standIn(record).finally(end);
    else end();
  }

  #end(record: ExecutionRecord, end: () => void): void {
    end();
    this.#onExecution(record);
  }
}
