/** A condition that an execution fails in before a container of it has started, as Cloud Run shows it. */
export type Obstacle = {
  type: "ContainerReady" | "ResourcesAvailable";
  reason: "CONTAINER_MISSING" | "CONTAINER_PERMISSION_DENIED" | "POSTPONED_RETRY";
  message: string;
};

/**
 * What keeps an execution from starting. The types and reasons are those of the API's `Condition`; the
 * sentences are ours, in the service's manner.
 */
export const obstacles = {
  "image-not-found": {
    type: "ContainerReady",
    reason: "CONTAINER_MISSING",
    message: "Image 'manager' not found.",
  },
  "image-forbidden": {
    type: "ContainerReady",
    reason: "CONTAINER_PERMISSION_DENIED",
    message: "The Cloud Run Service Agent must have permission to read the image, manager.",
  },
  "no-quota": {
    type: "ResourcesAvailable",
    reason: "POSTPONED_RETRY",
    message: "Quota exceeded for total allowable CPU per project per region.",
  },
} as const satisfies Record<string, Obstacle>;
