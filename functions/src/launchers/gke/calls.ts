/** A call to the Kubernetes API, in the words of RBAC. */
export interface Call {
  apiGroup: string;
  resource: string;
  verb: string;
}

const batch = { apiGroup: "batch", resource: "jobs" };

/** Every call that the launcher makes, which is what deploy/gke/role.yaml must allow, and no more. */
export const CALLS: readonly Call[] = [
  { ...batch, verb: "create" },
  { ...batch, verb: "get" },
  { ...batch, verb: "list" },
  { ...batch, verb: "delete" },
  { apiGroup: "", resource: "pods", verb: "list" },
];
