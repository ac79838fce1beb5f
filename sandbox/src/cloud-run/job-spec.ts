import type { ContainerSpec } from "../machine/container-spec.ts";

/** A Cloud Run Job, as far as this server acts on it. */
export type JobSpec = {
  /** The short name, as in `projects/…/locations/…/jobs/{name}`. */
  name: string;
  labels: Record<string, string>;
  taskCount: number;
  maxRetries: number;
  timeoutSeconds: number;
  serviceAccount: string;
  containers: ContainerSpec[];
  volumes: string[];
};
