import { once } from "node:events";
import {
  DescribeTasksCommand,
  ECSClient,
  type ECSClientConfig,
  ListTasksCommand,
  RunTaskCommand,
  type RunTaskCommandOutput,
  StopTaskCommand,
} from "@aws-sdk/client-ecs";
import {
  type Execution,
  type Launcher,
  type LaunchOutcome,
  type LaunchRequest,
  launchFailure,
  type RunningExecution,
  SECOND,
  type SettingValues,
  type Verdict,
} from "@meeting-bot/core";
import { assumeRole } from "../../aws-role.ts";
import type { Config } from "../../config.ts";
import { callErrorOf, isGone } from "./call-error.ts";
import { explainEnding } from "./ending.ts";
import { explainMisfit, fitOverrides, type Overrides } from "./overrides.ts";
import { explainFailures, explainRefusal } from "./refusal.ts";
import { runTaskInput, startedBy, type TaskSettings } from "./run-task.ts";
import { hasEnded, readRunning } from "./running.ts";
import type { ecsSettings } from "./settings.ts";
import { describeTask, parseTaskArn } from "./task-arn.ts";

/** The task, and how patient to be with it. */
export interface EcsTask extends TaskSettings {
  region: string;
  scratchGibibytes: number;
  /** How long one call may take, with getting the credentials for it. */
  timeoutMs: number;
}

type Settings = SettingValues<typeof ecsSettings>;

/** As many as one `DescribeTasks` may ask about. */
const PAGE_SIZE = 100;

/** Connects a launcher to ECS, or to a local stand-in when the configuration names one. */
export function connectEcs(
  settings: Settings,
  { launchTimeoutSeconds }: Pick<Config, "launchTimeoutSeconds">,
): EcsLauncher {
  const client = new ECSClient({
    region: settings.region,
    // A call is made once: whether and when to launch again is for the lease to say.
    maxAttempts: 1,
    ...connectionTo(settings),
  });
  return new EcsLauncher(client, { ...settings, timeoutMs: launchTimeoutSeconds * SECOND });
}

function connectionTo(settings: Settings): ECSClientConfig {
  const { endpoint, roleArn } = settings;
  return {
    ...(endpoint !== "" && {
      endpoint: `http://${endpoint}`,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    }),
    ...(roleArn !== "" && { credentials: assumeRole(settings) }),
  };
}

/** Runs bots as tasks on ECS Fargate. */
export class EcsLauncher implements Launcher {
  readonly #client: ECSClient;
  readonly #task: EcsTask;

  constructor(client: ECSClient, task: EcsTask) {
    this.#client = client;
    this.#task = task;
  }

  async launch(request: LaunchRequest): Promise<LaunchOutcome> {
    const fitted = fitOverrides(request, this.#task.scratchGibibytes);
    if (fitted.ok) return this.#run(request, fitted.overrides);
    const failure = launchFailure(explainMisfit(fitted), { needsOperator: true });
    return { kind: "refused", failure };
  }

  async inspect({ name }: Execution): Promise<Verdict> {
    try {
      const { tasks = [], failures = [] } = await this.#describe([name], clusterOf(name));
      const [task] = tasks;
      if (task) return hasEnded(task) ? explainEnding(task) : { state: "running" };
      const reason = failures[0]?.reason ?? "ECS's answer says nothing about the task";
      return reason === "MISSING" ? { state: "not-found" } : { state: "unreachable", reason };
    } catch (error) {
      if (isGone(error)) return { state: "not-found" };
      return { state: "unreachable", reason: callErrorOf(error).message };
    }
  }

  async cancel({ name }: Execution): Promise<void> {
    const command = new StopTaskCommand({
      cluster: clusterOf(name) ?? this.#task.cluster,
      task: name,
      reason: "Cancelled by the meeting bot's functions.",
    });
    try {
      await this.#bounded((options) => this.#client.send(command, options));
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  /** ECS lists what should run, and takes no second filter beside `startedBy`. */
  async *list(scope: string): AsyncGenerator<RunningExecution> {
    const { cluster } = this.#task;
    const query = { cluster, startedBy: startedBy(scope), maxResults: PAGE_SIZE };
    let nextToken: string | undefined;
    do {
      const command = new ListTasksCommand(nextToken ? { ...query, nextToken } : query);
      const page = await this.#bounded((options) => this.#client.send(command, options));
      yield* await this.#read(page.taskArns ?? [], scope);
      nextToken = page.nextToken;
    } while (nextToken);
  }

  async #run(request: LaunchRequest, overrides: Overrides): Promise<LaunchOutcome> {
    const command = new RunTaskCommand(runTaskInput(request, overrides, this.#task));
    try {
      return outcomeOf(await this.#bounded((options) => this.#client.send(command, options)));
    } catch (error) {
      const found = callErrorOf(error);
      // There is a task with this token already, and nobody else has the token.
      if (found.existing) return { kind: "launched", execution: describeTask(found.existing) };
      const refusal = explainRefusal(found, this.#task);
      return refusal
        ? { kind: "refused", failure: refusal }
        : { kind: "unknown", reason: found.message };
    }
  }

  /** What has ended since it was listed may be missing. */
  async #read(arns: string[], scope: string): Promise<RunningExecution[]> {
    if (arns.length === 0) return [];
    const { tasks = [], failures = [] } = await this.#describe(arns);
    const failed = failures.find(({ reason }) => reason !== "MISSING");
    if (failed) throw new Error(`ECS does not describe ${failed.arn}: ${failed.reason}`);
    return tasks.flatMap((task) => readRunning(task, scope) ?? []);
  }

  #describe(tasks: string[], cluster = this.#task.cluster) {
    const command = new DescribeTasksCommand({ cluster, tasks });
    return this.#bounded((options) => this.#client.send(command, options));
  }

  /** The SDK's own abortion begins with the request: before that, it may wait for credentials. */
  #bounded<T>(call: (options: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> {
    const abortSignal = AbortSignal.timeout(this.#task.timeoutMs);
    return Promise.race([call({ abortSignal }), failWhenAborted(abortSignal)]);
  }
}

/** Of a 200, which says nothing yet. */
function outcomeOf({ tasks = [], failures = [] }: RunTaskCommandOutput): LaunchOutcome {
  const [task] = tasks;
  if (task?.taskArn) return { kind: "launched", execution: describeTask(task.taskArn) };
  if (failures.length > 0) return { kind: "refused", failure: explainFailures(failures) };
  return { kind: "unknown", reason: "ECS's answer does not name the task" };
}

/** The cluster that a task was launched in, whatever the configuration says now. */
function clusterOf(arn: string): string | undefined {
  return parseTaskArn(arn)?.cluster;
}

async function failWhenAborted(signal: AbortSignal): Promise<never> {
  await once(signal, "abort");
  throw new Error("ECS has not answered in time", { cause: signal.reason });
}
