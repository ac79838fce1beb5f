import { ExecutionsClient, JobsClient, type protos } from "@google-cloud/run";
import {
  type Execution,
  type Failure,
  failure,
  type Launcher,
  type LaunchOutcome,
  type LaunchRequest,
  SECOND,
  type Verdict,
} from "@meeting-bot/core";
import { PassThroughClient } from "google-auth-library";
import { type ClientOptions, grpc } from "google-gax";
import type { Config } from "../config.ts";

type IExecution = protos.google.cloud.run.v2.IExecution;

/** Where the job is, in the words of the configuration. */
export interface CloudRunJob {
  projectId: string;
  region: string;
  job: string;
  timeoutMs: number;
}

/** The container of the job whose environment each launch adds to. */
const MANAGER_CONTAINER = "manager";

/** Connects a launcher to Cloud Run, or to a local stand-in when the configuration names one. */
export function connectCloudRun(config: Config): CloudRunLauncher {
  const options = connectionTo(config.cloudRunEndpoint, config.projectId);
  return new CloudRunLauncher(new JobsClient(options), new ExecutionsClient(options), {
    projectId: config.projectId,
    region: config.region,
    job: config.cloudRunJob,
    timeoutMs: config.launchTimeoutSeconds * SECOND,
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

  async launch({ environment }: LaunchRequest): Promise<LaunchOutcome> {
    const { projectId, region, job, timeoutMs } = this.#job;
    const env = Object.entries(environment).map(([name, value]) => ({ name, value }));
    try {
      // The operation ends with the execution, hours later; its metadata names the execution at once.
      const [operation] = await this.#jobs.runJob(
        {
          name: this.#jobs.jobPath(projectId, region, job),
          overrides: { containerOverrides: [{ name: MANAGER_CONTAINER, env }] },
        },
        { timeout: timeoutMs },
      );
      const { name, logUri } = operation.metadata as IExecution;
      if (!name)
        return { kind: "unknown", reason: "Cloud Run's answer does not name the execution" };
      return { kind: "launched", execution: describe(name, logUri) };
    } catch (error) {
      return explain(error, this.#job);
    }
  }

  async inspect({ name }: Execution): Promise<Verdict> {
    try {
      const [execution] = await this.#executions.getExecution(
        { name },
        { timeout: this.#job.timeoutMs },
      );
      if (!execution.completionTime) return { state: "running" };
      return { state: "ended", reason: reasonOf(execution) };
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
}

function describe(name: string, logUri: string | null | undefined): Execution {
  return { launcher: "cloud-run", name, ...(logUri && { consoleUrl: logUri }) };
}

function reasonOf({ conditions }: IExecution): string {
  const completed = conditions?.find(({ type }) => type === "Completed");
  return completed?.message || "the execution has ended";
}

/** What each answer of the platform means; an answer that is not listed leaves the outcome unknown. */
const REFUSALS: Partial<
  Record<grpc.status, (job: CloudRunJob) => { advice: string; retryable: boolean }>
> = {
  [grpc.status.NOT_FOUND]: ({ job, projectId, region }) => ({
    advice: `There is no Cloud Run job "${job}" in ${region} of project ${projectId}: create it with \`npm run --silent render:job > job.yaml && gcloud run jobs replace job.yaml --region ${region} --project ${projectId}\`, or set CLOUD_RUN_JOB and GCP_DEFAULT_REGION to the one that exists.`,
    retryable: false,
  }),
  [grpc.status.PERMISSION_DENIED]: ({ job }) => ({
    advice: `The functions' service account may not run the Cloud Run job "${job}": grant it roles/run.jobsExecutorWithOverrides on the job.`,
    retryable: false,
  }),
  [grpc.status.UNAUTHENTICATED]: () => ({
    advice: "Cloud Run did not accept the functions' credentials.",
    retryable: false,
  }),
  [grpc.status.INVALID_ARGUMENT]: ({ job }) => ({
    advice: `Cloud Run cannot run the job "${job}" as it was asked to: compare it with deploy/cloud-run/job.yaml.`,
    retryable: false,
  }),
  [grpc.status.FAILED_PRECONDITION]: ({ job }) => ({
    advice: `The Cloud Run job "${job}" is not ready to run.`,
    retryable: false,
  }),
  [grpc.status.RESOURCE_EXHAUSTED]: () => ({
    advice: "Cloud Run has no capacity or quota left at the moment.",
    retryable: true,
  }),
  [grpc.status.UNAVAILABLE]: () => ({
    advice: "Cloud Run could not be reached.",
    retryable: true,
  }),
};

function explain(error: unknown, job: CloudRunJob): LaunchOutcome {
  const refusal = REFUSALS[codeOf(error)]?.(job);
  const platformReason = messageOf(error);
  if (!refusal) return { kind: "unknown", reason: platformReason };
  const { advice, retryable } = refusal;
  const refused: Failure = {
    ...failure("LAUNCH_FAILED", "launch", advice),
    retryable,
    platformReason,
  };
  return { kind: "refused", failure: refused };
}

/** By the field and not by `GoogleError`: an install may hold more than one copy of that class. */
function codeOf(error: unknown): grpc.status {
  const isCoded = error instanceof Error && "code" in error && typeof error.code === "number";
  return isCoded ? (error.code as grpc.status) : grpc.status.UNKNOWN;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
