import type {
  Execution,
  Launcher,
  LaunchOutcome,
  LaunchRequest,
  RunningExecution,
  Verdict,
} from "@meeting-bot/core";

/** A launcher that starts nothing, remembers what it was asked, and answers as it is told. */
export class RecordingLauncher implements Launcher {
  readonly launches: LaunchRequest[] = [];
  readonly inspected: Execution[] = [];
  readonly cancelled: Execution[] = [];
  /** The answer to a launch; each is a new execution unless a test says otherwise. */
  answer: () => LaunchOutcome = () => ({
    kind: "launched",
    execution: { launcher: "test", name: `execution-${this.launches.length}` },
  });
  verdict: (execution: Execution) => Verdict = () => ({ state: "running" });

  /** What runs, by the scope that it was launched for. */
  readonly running: Record<string, RunningExecution[]> = {};

  async launch(request: LaunchRequest): Promise<LaunchOutcome> {
    this.launches.push(request);
    return this.answer();
  }

  async inspect(execution: Execution): Promise<Verdict> {
    this.inspected.push(execution);
    return this.verdict(execution);
  }

  async cancel(execution: Execution): Promise<void> {
    this.cancelled.push(execution);
  }

  async *list(scope: string): AsyncGenerator<RunningExecution> {
    yield* this.running[scope] ?? [];
  }
}
