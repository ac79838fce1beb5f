import { ExecutionsClient, JobsClient, type protos } from "@google-cloud/run";
import {
  type Execution,
  HOUR,
  type Launcher,
  type LaunchOutcome,
  type LaunchRequest,
  MINUTE,
  type RunningExecution,
  SECOND,
  type SettingValues,
  type Verdict,
} from "@meeting-bot/core";
import { PassThroughClient } from "google-auth-library";
import { type ClientOptions, grpc } from "google-gax";
import type { Config } from "../../config.ts";
import { explainEnding } from "./ending.ts";
import { explainRefusal, type JobPlace } from "./refusal.ts";
import { createdAt, readRunning } from "./running.ts";
import type { cloudRunSettings } from "./settings.ts";

type IExecution = protos.google.cloud.run.v2.IExecution;

/** The job, and how patient to be with it. */
export interface CloudRunJob extends JobPlace {
  /** How long one call may take. */
  timeoutMs: number;
  /** An execution that is older than this has ended. */
  longestRunMs: number;
}

/** The containers of the job whose environments each launch adds to, as deploy/cloud-run/job.yaml names them. */
const MANAGER_CONTAINER = "manager";
const BOT_CONTAINER = "meeting-bot";

/** Cloud Run keeps a thousand executions of a job, each of them with all of its template. */
const PAGE_SIZE = 100;

/** Connects a launcher to Cloud Run, or to a local stand-in when the configuration names one. */
export function connectCloudRun(
  { job, endpoint }: SettingValues<typeof cloudRunSettings>,
  { projectId, region, launchTimeoutSeconds, jobTimeoutMinutes }: Config,
): CloudRunLauncher {
  const options = connectionTo(endpoint, projectId);
  return new CloudRunLauncher(new JobsClient(options), new ExecutionsClient(options), {
    projectId,
    region,
    job,
    timeoutMs: launchTimeoutSeconds * SECOND,
    // The time-out counts from the start of the containers: an hour for getting there.
    longestRunMs: jobTimeoutMinutes * MINUTE + HOUR,
  });
}

function connectionTo(endpoint: string, projectId: string): ClientOptions {
  if (endpoint === "") return { projectId };
  const { hostname, port } = new URL(`http://${endpoint}`);
  return {
    projectId,
    apiEndpoint: hostname,
    port: Number(port),
    sslCreds: grpc.credentials.createInsecure(),
    authClient: new PassThroughClient(),
  };
}

/** Runs bots as executions of a Cloud Run job. */
export class CloudRunLauncher implements Launcher {
  readonly #jobs: JobsClient;
  readonly #executions: ExecutionsClient;
  readonly #job: CloudRunJob;

  constructor(jobs: JobsClient, executions: ExecutionsClient, job: CloudRunJob) {
    this.#jobs = jobs;
    this.#executions = executions;
    this.#job = job;
  }

  async launch(request: LaunchRequest): Promise<LaunchOutcome> {
    try {
      // The operation ends with the execution, hours later; its metadata names the execution at once.
      const [operation] = await this.#jobs.runJob(
        { name: this.#path, overrides: overridesOf(request) },
        { timeout: this.#job.timeoutMs },
      );
      const { name, logUri } = (operation.metadata ?? {}) as IExecution;
      if (!name)
        return { kind: "unknown", reason: "Cloud Run's answer does not name the execution" };
      return { kind: "launched", execution: describe(name, logUri) };
    } catch (error) {
      const reason = messageOf(error);
      const failure = explainRefusal(grpc.status[codeOf(error)], reason, this.#job);
      return failure ? { kind: "refused", failure } : { kind: "unknown", reason };
    }
  }

  async inspect({ name }: Execution): Promise<Verdict> {
    try {
      const [execution] = await this.#executions.getExecution(
        { name },
        { timeout: this.#job.timeoutMs },
      );
      if (!execution.completionTime) return { state: "running" };
      return explainEnding(execution.conditions ?? []);
    } catch (error) {
      if (codeOf(error) === grpc.status.NOT_FOUND) return { state: "not-found" };
      return { state: "unreachable", reason: messageOf(error) };
    }
  }

  async cancel({ name }: Execution): Promise<void> {
    try {
      await this.#executions.cancelExecution({ name }, { timeout: this.#job.timeoutMs });
    } catch (error) {
      const { NOT_FOUND, FAILED_PRECONDITION } = grpc.status;
      if (![NOT_FOUND, FAILED_PRECONDITION].includes(codeOf(error))) throw error;
    }
  }

  /** Cloud Run filters by nothing, but lists the newest first. */
  async *list(scope: string): AsyncGenerator<RunningExecution> {
    const { timeoutMs: timeout, longestRunMs } = this.#job;
    const request = { parent: this.#path, pageSize: PAGE_SIZE };
    // The client warns when it is left at its default, true, which does nothing here.
    const options = { timeout, autoPaginate: false };
    for await (const listed of this.#executions.listExecutionsAsync(request, options)) {
      if (createdAt(listed) < Date.now() - longestRunMs) return;
      const running = readRunning(listed, scope, MANAGER_CONTAINER);
      if (running) yield running;
    }
  }

  get #path(): string {
    const { projectId, region, job } = this.#job;
    return this.#jobs.jobPath(projectId, region, job);
  }
}

function overridesOf({ environment, botEnvironment, timeoutSeconds }: LaunchRequest) {
  return {
    timeout: { seconds: timeoutSeconds },
    containerOverrides: [
      { name: MANAGER_CONTAINER, env: variables(environment) },
      { name: BOT_CONTAINER, env: variables(botEnvironment) },
    ],
  };
}

function variables(environment: Readonly<Record<string, string>>) {
  return Object.entries(environment).map(([name, value]) => ({ name, value }));
}

function describe(name: string, logUri: string | null | undefined): Execution {
  return { launcher: "cloud-run", name, ...(logUri && { consoleUrl: logUri }) };
}

/** By the field and not by `GoogleError`: an install may hold more than one copy of that class. */
function codeOf(error: unknown): grpc.status {
  const isCoded = error instanceof Error && "code" in error && typeof error.code === "number";
  return isCoded ? (error.code as grpc.status) : grpc.status.UNKNOWN;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
