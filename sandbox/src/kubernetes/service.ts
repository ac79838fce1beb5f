import type { FaultQueue } from "../faults/fault-queue.ts";
import { createJob } from "./creation.ts";
import { type Fault, suffers, type Verb } from "./faults.ts";
import { jobMessage } from "./job-message.ts";
import { obstacles } from "./obstacles.ts";
import { refuseUnknown } from "./options.ts";
import { listAnswer } from "./paging.ts";
import { podMessage } from "./pod-message.ts";
import type { JobRecord } from "./records.ts";
import type { Runner } from "./runner.ts";
import {
  type Answer,
  alreadyExists,
  badRequest,
  deleted,
  failure,
  JOBS,
  namespaceNotFound,
  notFound,
  PODS,
  type Resource,
} from "./status.ts";

/** One request, as far as it matters here. `path` has no query. */
export type ApiRequest = { method: string; path: string; query: URLSearchParams; body: string };

/** What the service works with. */
export type Cluster = {
  namespaces: readonly string[];
  /** Newest first, those that are gone among them. */
  jobs: JobRecord[];
  faults: FaultQueue<Fault>;
  runner: Runner;
  /** Jobs run, and are not only accepted. */
  runs: boolean;
};

/** What a path names: a resource, in one namespace or ("") in all, and one object of it or ("") all. */
type Target = { resource: Resource; namespace: string; name: string };

const PATH = /^\/(?:apis\/batch\/v1|api\/v1)(?:\/namespaces\/([^/]+))?\/(jobs|pods)(?:\/([^/]+))?$/;

/** Answers one request; undefined when it is never to be answered. */
export function answerRequest(cluster: Cluster, request: ApiRequest): Answer | undefined {
  const target = targetOf(request.path);
  if (!target) return failure(404, "NotFound", "the server could not find the requested resource");
  const verb = verbOf(request.method, target);
  if (!verb) {
    const message = "the server does not allow this method on the requested resource";
    return failure(405, "MethodNotAllowed", message);
  }
  if (verb === "create") return create(cluster, target, request);
  const refused = refusal(cluster, verb, target);
  if (refused) return refused;
  if (target.resource === PODS) return readPods(cluster, target, request.query);
  if (verb === "list") return listJobs(cluster, target, request.query);
  const job = findJob(cluster, target);
  if (!job) return notFound(JOBS, target.name);
  if (verb === "get") return { code: 200, body: jobMessage(job) };
  return remove(cluster.runner, job, request);
}

function targetOf(path: string): Target | undefined {
  const [, namespace = "", plural, name = ""] = PATH.exec(path) ?? [];
  const resource = [JOBS, PODS].find((one) => one.plural === plural);
  const group = path.startsWith("/apis/batch/") ? "batch" : "";
  if (resource?.group !== group) return undefined;
  return { resource, namespace: decodeURIComponent(namespace), name: decodeURIComponent(name) };
}

function verbOf(method: string, { resource, namespace, name }: Target): Verb | undefined {
  if (method === "GET") return name === "" ? "list" : "get";
  if (resource === PODS || namespace === "") return undefined;
  if (method === "POST" && name === "") return "create";
  return method === "DELETE" && name !== "" ? "delete" : undefined;
}

function refusal({ faults }: Cluster, verb: Verb, target: Target): Answer | undefined {
  const fault = faults.next((waiting) => suffers(waiting) === verb);
  return fault?.kind === "refuse" ? fault.answer({ verb, ...target }) : undefined;
}

function create(cluster: Cluster, target: Target, request: ApiRequest): Answer | undefined {
  const { namespace } = target;
  const fault = cluster.faults.next((waiting) => suffers(waiting) === "create");
  if (fault?.kind === "refuse") return fault.answer({ verb: "create", ...target });
  const unknown = refuseUnknown(request.query.keys(), ["fieldValidation"]);
  if (unknown) return unknown;
  if (!cluster.namespaces.includes(namespace)) return namespaceNotFound(namespace);
  const strict = request.query.get("fieldValidation") === "Strict";
  const creation = createJob({ body: request.body, namespace, strict }, cluster.runs);
  if ("refused" in creation) return creation.refused;
  const { job, warnings } = creation;
  if (findJob(cluster, job)) return alreadyExists(JOBS, job.name);
  // Made first, as with the real one: the answer knows nothing of pods yet.
  const answer = { code: 201, body: { ...job.object, status: {} }, headers: warn(warnings) };
  cluster.jobs.unshift(job);
  cluster.runner.start(job, fault?.kind === "obstacle" ? obstacles[fault.obstacle] : undefined);
  return fault?.kind === "silent" ? undefined : answer;
}

function findJob(
  { jobs }: Cluster,
  { namespace, name }: { namespace: string; name: string },
): JobRecord | undefined {
  return jobs.find((job) => !job.gone && job.namespace === namespace && job.name === name);
}

function listJobs({ jobs }: Cluster, { namespace }: Target, query: URLSearchParams): Answer {
  const listed = jobs.filter((job) => !job.gone && isIn(job, namespace));
  return listAnswer(JOBS, listed.map(jobMessage), query);
}

function readPods({ jobs }: Cluster, target: Target, query: URLSearchParams): Answer {
  const { namespace, name } = target;
  const pods = jobs
    .filter((job) => isIn(job, namespace))
    .flatMap((job) => job.pods.filter(({ gone }) => !gone).map((pod) => podMessage(job, pod)));
  if (name === "") return listAnswer(PODS, pods, query);
  const body = pods.find(({ metadata }) => metadata?.name === name);
  return body ? { code: 200, body } : notFound(PODS, name);
}

function isIn(job: JobRecord, namespace: string): boolean {
  return namespace === "" || job.namespace === namespace;
}

const ORPHANS =
  "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning";

/** Without a policy, batch/v1 leaves a job's pods alone, and they run on. */
function remove(runner: Runner, job: JobRecord, { query, body }: ApiRequest): Answer {
  const options = { ...Object.fromEntries(query), ...(body === "" ? {} : JSON.parse(body)) };
  const unknown = refuseUnknown(Object.keys(options), ["kind", "apiVersion", "propagationPolicy"]);
  if (unknown) return unknown;
  const asked: string | undefined = options["propagationPolicy"];
  const policy = (["Orphan", "Background", "Foreground"] as const).find((one) => one === asked);
  if (asked && !policy) return badRequest(`invalid propagationPolicy "${asked}"`);
  runner.delete(job, policy ?? "Orphan");
  if (!job.gone) return { code: 200, body: jobMessage(job) };
  return { ...deleted(JOBS, job.name, job.uid), headers: warn(policy ? [] : [ORPHANS]) };
}

function warn(warnings: string[]): Record<string, string> {
  return warnings.length === 0
    ? {}
    : { Warning: warnings.map((text) => `299 - ${JSON.stringify(text)}`).join(", ") };
}
