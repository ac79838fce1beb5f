import { type ExecutionRecord, newExecution, runExecution, succeedAtOnce } from "./execution.ts";
import type { History } from "./history.ts";
import type { JobSpec } from "./job-spec.ts";
import type { Machine } from "./machine.ts";

/** Begins and ends executions. Without a machine they succeed at once and nothing runs. */
export class Runner {
  readonly #history: History;
  readonly #machine: Machine | undefined;
  readonly #onExecution: (record: ExecutionRecord) => void;
  readonly #running = new Map<ExecutionRecord, { cancel: AbortController; ended: Promise<void> }>();

  constructor(
    history: History,
    machine: Machine | undefined,
    onExecution: (record: ExecutionRecord) => void,
  ) {
    this.#history = history;
    this.#machine = machine;
    this.#onExecution = onExecution;
  }

  /** Accepts an execution of a job (overrides applied) below the job's full name, and sets it going. */
  start(parent: string, job: JobSpec): ExecutionRecord {
    const record = newExecution(parent, job);
    // Five characters can come up twice among a thousand executions.
    if (this.#history.all().some(({ name }) => name === record.name))
      return this.start(parent, job);
    this.#history.add(record);
    this.#onExecution(record);
    if (this.#machine) this.#run(record, this.#machine);
    else this.#end(record);
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

  #end(record: ExecutionRecord): void {
    succeedAtOnce(record);
    this.#onExecution(record);
  }
}
