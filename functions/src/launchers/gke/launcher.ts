import {
  BatchV1Api,
  type ConfigurationOptions,
  CoreV1Api,
  type KubeConfig,
  Observable,
  type RequestContext,
  type ResponseContext,
} from "@kubernetes/client-node";
import {
  configurationError,
  type Execution,
  type Launcher,
  type LaunchOutcome,
  type LaunchRequest,
  type RunningExecution,
  SECOND,
  type Verdict,
} from "@meeting-bot/core";
import type { Config } from "../../config.ts";
import { chooseConnection, connectionProblems } from "./connection.ts";
import { accessToken, kubeConfigOf } from "./credentials.ts";
import { judge } from "./ending.ts";
import { executionNameOf, jobIdOf, podSelector, scopeSelector } from "./identity.ts";
import { type JobShape, toJob } from "./job.ts";
import { explainRefusal, type JobPlace } from "./refusal.ts";
import { readRunning } from "./running.ts";
import type { GkeValues } from "./settings.ts";
import { KubernetesError, readTrouble } from "./trouble.ts";

/** How Jobs are made, and how patient to be with Kubernetes. */
export interface GkeJobs extends JobShape {
  /** How long one call may take. */
  timeoutMs: number;
}

/** A Job holds some ten kilobytes. */
const PAGE_SIZE = 100;

/** Connects a launcher to the cluster that the settings choose. Throws when they choose none, or not wholly. */
export function connectGke(values: GkeValues, config: Config): GkeLauncher {
  const connection = chooseConnection(values);
  const problems = connectionProblems(values);
  if (!connection || problems.length > 0) throw configurationError(problems);
  return new GkeLauncher(kubeConfigOf(connection, accessToken()), {
    ...values,
    nodeWaitSeconds: config.startLeaseSeconds,
    timeoutMs: config.launchTimeoutSeconds * SECOND,
  });
}

/** Runs bots as Kubernetes Jobs. Each method makes only the calls that `CALLS` lists. */
export class GkeLauncher implements Launcher {
  readonly #batch: BatchV1Api;
  readonly #core: CoreV1Api;
  readonly #jobs: GkeJobs;
  readonly #place: JobPlace;

  constructor(kubeConfig: KubeConfig, jobs: GkeJobs) {
    this.#batch = kubeConfig.makeApiClient(BatchV1Api);
    this.#core = kubeConfig.makeApiClient(CoreV1Api);
    this.#jobs = jobs;
    const server = kubeConfig.getCurrentCluster()?.server ?? "";
    this.#place = { namespace: jobs.namespace, server };
  }

  async launch(request: LaunchRequest): Promise<LaunchOutcome> {
    const body = toJob(request, this.#jobs);
    const { name, namespace } = body.metadata;
    const execution = { launcher: "gke", name: executionNameOf({ namespace, name }) };
    const launched: LaunchOutcome = { kind: "launched", execution };
    try {
      const job = await this.#ask((options) =>
        this.#batch.createNamespacedJob({ namespace, body, fieldValidation: "Strict" }, options),
      );
      if (job.metadata?.name === name) return launched;
      return { kind: "unknown", reason: "Kubernetes' answer does not name the Job" };
    } catch (error) {
      // The name holds the claim's token, which nobody else has: it is this launch that came before.
      if (hasReason(error, "AlreadyExists")) return launched;
      return explain(error, this.#place);
    }
  }

  async inspect({ name }: Execution): Promise<Verdict> {
    const id = jobIdOf(name);
    const labelSelector = podSelector(id.name);
    try {
      const job = await this.#ask((options) => this.#batch.readNamespacedJob(id, options)).catch(
        ifMissing,
      );
      const pods = await this.#ask((options) =>
        this.#core.listNamespacedPod({ namespace: id.namespace, labelSelector }, options),
      );
      const { nodeWaitSeconds } = this.#jobs;
      return judge(job, pods.items, { now: Date.now(), nodeWaitSeconds });
    } catch (error) {
      return { state: "unreachable", reason: wordsOf(error) };
    }
  }

  /** Kubernetes gives the pod's containers their time to end after the Job is gone. */
  async cancel({ name }: Execution): Promise<void> {
    const request = { ...jobIdOf(name), propagationPolicy: "Background" };
    await this.#ask((options) => this.#batch.deleteNamespacedJob(request, options)).catch(
      ifMissing,
    );
  }

  async *list(scope: string): AsyncGenerator<RunningExecution> {
    const { namespace } = this.#jobs;
    const query = { namespace, labelSelector: scopeSelector(scope), limit: PAGE_SIZE };
    let next: string | undefined;
    do {
      const page = await this.#ask((options) =>
        this.#batch.listNamespacedJob({ ...query, ...(next && { _continue: next }) }, options),
      );
      const running = page.items.map((job) => readRunning(job, scope));
      yield* running.filter((execution) => execution !== undefined);
      next = page.metadata?._continue;
    } while (next);
  }

  /** Makes one call. Throws a `KubernetesError`, also when it takes too long. */
  async #ask<T>(call: (options: ConfigurationOptions) => Promise<T>): Promise<T> {
    const signal = AbortSignal.timeout(this.#jobs.timeoutMs);
    let wasSent = false;
    // The client gets its credentials before this, without a time-out: what comes late is not sent any more.
    const pre = (request: RequestContext) => {
      signal.throwIfAborted();
      wasSent = true;
      request.setSignal(signal);
      return new Observable(Promise.resolve(request));
    };
    const post = (response: ResponseContext) => new Observable(Promise.resolve(response));
    try {
      const answer = call({ middleware: [{ pre, post }], middlewareMergeStrategy: "append" });
      return await Promise.race([answer, rejectionOf(signal)]);
    } catch (error) {
      throw new KubernetesError(readTrouble(error, wasSent), error);
    }
  }
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function explain(error: unknown, place: JobPlace): LaunchOutcome {
  const failure =
    error instanceof KubernetesError ? explainRefusal(error.trouble, place) : undefined;
  return failure ? { kind: "refused", failure } : { kind: "unknown", reason: wordsOf(error) };
}

/** By Kubernetes' own word: what a wrong address answers with 404 tells nothing about a Job. */
function ifMissing(error: unknown): undefined {
  if (!hasReason(error, "NotFound")) throw error;
}

function hasReason(error: unknown, reason: string): boolean {
  return (
    error instanceof KubernetesError &&
    error.trouble.kind === "answered" &&
    error.trouble.reason === reason
  );
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
