import { setTimeout as sleep } from "node:timers/promises";
import type { protos } from "@google-cloud/run";
import { status } from "@grpc/grpc-js";
import type { FaultQueue } from "../faults/fault-queue.ts";
import type { Fault } from "./faults.ts";
import { type Answer, answer, refuse } from "./grpc.ts";
import type { History } from "./history.ts";
import type { JobSpec } from "./job-spec.ts";
import { executionMessage, jobMessage, operationMessage } from "./messages.ts";
import { obstacles } from "./obstacles.ts";
import { applyOverrides } from "./overrides.ts";
import type { Runner } from "./runner.ts";

type V2 = typeof protos.google.cloud.run.v2;
type Request<Name extends keyof V2> = V2[Name] extends { prototype: infer Message }
  ? Message
  : never;

/** What the methods work on. */
export type Platform = {
  jobs: readonly JobSpec[];
  history: History;
  faults: FaultQueue<Fault>;
  runner: Runner;
};

/** The methods of `google.cloud.run.v2.Jobs` that are served. */
export function jobMethods(platform: Platform) {
  const find = (name: string) => platform.jobs.find((job) => job.name === name.split("/").at(-1));
  return {
    GetJob: async ({ name }: Request<"GetJobRequest">): Promise<Answer> => {
      const job = find(name);
      const mine = platform.history.all().filter((record) => record.name.startsWith(`${name}/`));
      return job ? answer(jobMessage(name, job, mine)) : doesNotExist("JOB", name);
    },
    RunJob: async (request: Request<"RunJobRequest">): Promise<Answer> => {
      const { name, overrides, validateOnly } = request;
      const fault = platform.faults.next();
      if (fault?.kind === "refuse") return refuse(fault.code, fault.message ?? status[fault.code]);
      if (fault?.kind === "lost") await new Promise<never>(() => {});
      const job = find(name);
      if (!job) return doesNotExist("JOB", name);
      const overridden = applyOverrides(job, overrides);
      if (!overridden.ok) return refuse(status.INVALID_ARGUMENT, overridden.message);
      if (validateOnly) return refuse(status.UNIMPLEMENTED, "validate_only is not served here.");
      const obstacle = fault?.kind === "obstacle" ? obstacles[fault.obstacle] : undefined;
      const record = platform.runner.start(name, overridden.job, obstacle);
      const accepted = operationMessage(record);
      if (fault?.kind === "silent") await new Promise<never>(() => {});
      if (fault?.kind === "delay") await sleep(fault.delayMs, undefined, { ref: false });
      return answer(accepted);
    },
  };
}

/** The methods of `google.cloud.run.v2.Executions`. */
export function executionMethods(platform: Platform) {
  const { history } = platform;
  return {
    GetExecution: async ({ name }: Request<"GetExecutionRequest">): Promise<Answer> => {
      const record = history.find(name);
      return record ? answer(executionMessage(record)) : doesNotExist("EXECUTION", name);
    },
    ListExecutions: async (request: Request<"ListExecutionsRequest">): Promise<Answer> => {
      const page = history.page(request.parent, request.pageSize, request.pageToken);
      if (!page) return refuse(status.INVALID_ARGUMENT, "The page token is not valid.");
      return answer({ ...page, executions: page.executions.map(executionMessage) });
    },
    CancelExecution: async ({ name }: Request<"CancelExecutionRequest">): Promise<Answer> => {
      const record = history.find(name);
      if (!record) return doesNotExist("EXECUTION", name);
      if (record.completion) {
        const message = `Execution '${record.id}' cannot be cancelled because it is not running.`;
        return refuse(status.FAILED_PRECONDITION, message);
      }
      platform.runner.stop(record);
      return answer(operationMessage(record));
    },
    DeleteExecution: async ({ name }: Request<"DeleteExecutionRequest">): Promise<Answer> => {
      const record = history.find(name);
      if (!record) return doesNotExist("EXECUTION", name);
      record.deletedAt = Date.now();
      platform.runner.stop(record);
      return answer(operationMessage(record));
    },
  };
}

/** The method of `google.longrunning.Operations` that a client polls. */
export function operationMethods({ history }: Platform) {
  return {
    GetOperation: async ({ name }: { name: string }): Promise<Answer> => {
      const record = history.findByUid(name.split("/").at(-1) ?? "");
      if (record) return answer(operationMessage(record));
      return refuse(status.NOT_FOUND, `Operation '${name}' does not exist.`);
    },
  };
}

/** The real service's sentence. */
function doesNotExist(kind: "JOB" | "EXECUTION", name: string): Answer {
  const [, project, , region, ...rest] = name.split("/");
  const message = `Resource '${rest.at(-1)}' of kind '${kind}' in region '${region}' in project '${project}' does not exist.`;
  return refuse(status.NOT_FOUND, message);
}
