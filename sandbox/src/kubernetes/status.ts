import type { V1Status } from "@kubernetes/client-node";

/** What is sent for one request: an object as JSON, or a text as it is. */
export type Answer = { code: number; body: object | string; headers?: Record<string, string> };

/** What is wrong with one field of an object, as a cause in the `Status` that refuses it. */
export type FieldProblem = { field: string; reason: FieldReason; message: string };

type FieldReason =
  | "FieldValueRequired"
  | "FieldValueInvalid"
  | "FieldValueNotSupported"
  | "FieldValueForbidden"
  | "FieldValueNotFound"
  | "FieldValueDuplicate";

/** The kinds that are served here, with their API group ("" is the core group). */
export type Resource = { group: string; plural: string; kind: string };

export const JOBS: Resource = { group: "batch", plural: "jobs", kind: "Job" };
export const PODS: Resource = { group: "", plural: "pods", kind: "Pod" };

/** A refusal as the API server words it; `reason` is one of its machine-readable reasons. */
export function failure(
  code: number,
  reason: string,
  message: string,
  details?: V1Status["details"],
): Answer {
  const body: V1Status = {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason,
    ...(details && { details }),
    code,
  };
  return { code, body };
}

export function badRequest(message: string): Answer {
  return failure(400, "BadRequest", message);
}

/** There is no such object of a resource. */
export function notFound(resource: Resource, name: string): Answer {
  const message = `${qualified(resource)} "${name}" not found`;
  return failure(404, "NotFound", message, detailsOf(resource, name));
}

/** There is no such namespace to create something in. */
export function namespaceNotFound(name: string): Answer {
  const details = { name, kind: "namespaces" };
  return failure(404, "NotFound", `namespaces "${name}" not found`, details);
}

export function alreadyExists(resource: Resource, name: string): Answer {
  const message = `${qualified(resource)} "${name}" already exists`;
  return failure(409, "AlreadyExists", message, detailsOf(resource, name));
}

/** A Job that could be read and breaks rules. */
export function invalidJob(name: string, problems: FieldProblem[]): Answer {
  const sentences = problems.map(({ field, message }) => `${field}: ${message}`);
  const all = sentences.length === 1 ? sentences.join() : `[${sentences.join(", ")}]`;
  return failure(422, "Invalid", `Job.batch "${name}" is invalid: ${all}`, {
    name,
    group: JOBS.group,
    kind: JOBS.kind,
    causes: problems.map(({ field, reason, message }) => ({ reason, message, field })),
  });
}

/** What a finished deletion of an object is answered with. */
export function deleted(resource: Resource, name: string, uid: string): Answer {
  const details = { ...detailsOf(resource, name), uid };
  return {
    code: 200,
    body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details },
  };
}

/** `jobs.batch`, or `pods` of the core group. */
export function qualified({ group, plural }: Resource): string {
  return group === "" ? plural : `${plural}.${group}`;
}

/** The part of a `Status` that says which object it is about. */
export function detailsOf({ group, plural }: Resource, name: string) {
  return { name, ...(group !== "" && { group }), kind: plural };
}
