import { randomUUID } from "node:crypto";
import type { V1Job } from "@kubernetes/client-node";
import { admit } from "./admission.ts";
import { checkSchema, parseObject } from "./decoding.ts";
import { checkJob } from "./job-rules.ts";
import { generateName } from "./names.ts";
import { unsupported } from "./pod-task.ts";
import { type JobRecord, newJob } from "./records.ts";
import { type Answer, badRequest, invalidJob } from "./status.ts";

/** What a creation is asked with. `strict`: unknown fields are refused, not dropped with a warning. */
export type CreationRequest = { body: string; namespace: string; strict: boolean };

/** A Job that can be kept, with what its client is warned of. */
export type Creation = { job: JobRecord; warnings: string[] };

type Refused = { refused: Answer };
type Decoded = { job: V1Job; warnings: string[] };

const CANNOT = 'Job in version "v1" cannot be handled as a Job';

/** Reads, checks and completes a Job as the API server does; `runs` also asks whether it can run here. */
export function createJob(request: CreationRequest, runs: boolean): Creation | Refused {
  const decoded = decode(request);
  if ("refused" in decoded) return decoded;
  const named = withName(decoded.job);
  const name = named.metadata?.name ?? "";
  const problems = checkJob(named);
  if (problems.length > 0) return { refused: invalidJob(name, problems) };
  const createdAt = Date.now();
  const { namespace } = request;
  const identity = { namespace, uid: randomUUID(), createdAt, resourceVersion: String(createdAt) };
  const job = newJob(admit(named, identity), createdAt);
  const impossible = runs ? unsupported(job) : [];
  if (impossible.length > 0) return { refused: invalidJob(name, impossible) };
  return { job, warnings: decoded.warnings };
}

function decode({ body, namespace, strict }: CreationRequest): Decoded | Refused {
  const object = parseObject(body);
  const { unknown, mistyped, missing, dropUnknown } = checkSchema(object);
  const warnings = unknown.map((field) => `unknown field "${field}"`);
  const [wrong] = mistyped;
  if (wrong) return { refused: badRequest(`${CANNOT}: ${wrong}`) };
  if (strict && warnings.length > 0) {
    return { refused: badRequest(`${CANNOT}: strict decoding error: ${warnings.join(", ")}`) };
  }
  dropUnknown();
  // All else fits the schema, or is listed as missing.
  const job = object as V1Job;
  if (missing.length > 0) return { refused: invalidJob(job.metadata?.name ?? "", missing) };
  const mismatch = mismatchOf(job, namespace);
  return mismatch === undefined ? { job, warnings } : { refused: badRequest(mismatch) };
}

/** What a Job says of itself against where it was sent. */
function mismatchOf(job: V1Job, namespace: string): string | undefined {
  const { apiVersion = "batch/v1", kind = "Job", metadata } = job;
  if (apiVersion !== "batch/v1") {
    return `the API version in the data (${apiVersion}) does not match the expected API version (batch/v1)`;
  }
  if (kind !== "Job") {
    return `the kind in the data (${kind}) does not match the expected kind (Job)`;
  }
  if ((metadata?.namespace ?? namespace) === namespace) return undefined;
  return "the namespace of the provided object does not match the namespace sent on the request";
}

function withName(job: V1Job): V1Job {
  const { name, generateName: base } = job.metadata ?? {};
  if (name || base === undefined) return job;
  return { ...job, metadata: { ...job.metadata, name: generateName(base) } };
}
