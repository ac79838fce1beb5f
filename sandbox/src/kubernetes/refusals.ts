import type { Subject } from "./faults.ts";
import { type Answer, detailsOf, failure, qualified } from "./status.ts";

const BUSY = "etcdserver: request timed out";

/** Refusals as a cluster words them, for faults of the kind `refuse`. */
export const refusals = {
  /** RBAC does not allow it. */
  forbidden: ({ verb, resource, namespace, name }) => {
    const where = `in API group "${resource.group}" in the namespace "${namespace}"`;
    const why = `User "sandbox" cannot ${verb} resource "${resource.plural}" ${where}`;
    const message = `${qualified(resource)} is forbidden: ${why}`;
    return failure(403, "Forbidden", message, detailsOf(resource, name));
  },
  /** The namespace's quota of jobs is used up. */
  quota: ({ resource, name }) => {
    const count = `count/${qualified(resource)}`;
    const why = `exceeded quota: bots, requested: ${count}=1, used: ${count}=10, limited: ${count}=10`;
    const message = `${qualified(resource)} "${name}" is forbidden: ${why}`;
    return failure(403, "Forbidden", message, detailsOf(resource, name));
  },
  /** The API server's own flow control, which answers in plain text. */
  "too-many-requests": () => ({
    code: 429,
    body: "Too many requests, please try again later.\n",
    headers: { "Retry-After": "1" },
  }),
  /** The API server's database did not answer: whether the job was created is open. */
  internal: () => {
    const details = { causes: [{ message: BUSY }] };
    return failure(500, "InternalError", `Internal error occurred: ${BUSY}`, details);
  },
  unavailable: () => {
    const message = "the server is currently unable to handle the request";
    return failure(503, "ServiceUnavailable", message);
  },
} as const satisfies Record<string, (subject: Subject) => Answer>;
