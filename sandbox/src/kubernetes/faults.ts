import type { obstacles } from "./obstacles.ts";
import type { Answer, Resource } from "./status.ts";

/** What can be done with a resource, as RBAC calls it. */
export type Verb = "create" | "get" | "list" | "delete";

/** What a refused request was about; `name` is "" when it named no object. */
export type Subject = { verb: Verb; resource: Resource; namespace: string; name: string };

/**
 * What the next request of a kind is made to suffer:
 * - `refuse`: nothing is done, the request is answered with an error (`verb`: which one; creation if unsaid);
 * - `silent`: the job is created and runs, and its creation is never answered;
 * - `obstacle`: the job is created, and its first pod meets an obstacle.
 */
export type Fault =
  | { kind: "refuse"; verb?: Verb; answer: (subject: Subject) => Answer }
  | { kind: "silent" }
  | { kind: "obstacle"; obstacle: keyof typeof obstacles };

/** Which verb suffers from a fault. */
export function suffers(fault: Fault): Verb {
  return fault.kind === "refuse" ? (fault.verb ?? "create") : "create";
}
