import type { LaunchRequest } from "@meeting-bot/core";
import { BOT_CONSTANTS } from "../bot-constants.ts";
import type { GkeValues } from "./settings.ts";

/** The name of the container whose end is the Job's, as its pods' statuses give it. */
export const MANAGER = "manager";
/** The name of the volume that both write to. */
export const SCRATCH = "scratch";
/** The name of the bot's shared memory. */
export const SHARED_MEMORY = "shared-memory";

const BOT_SCRATCH = "/usr/src/app/dist/_tempvideo";

/** What the restricted Pod Security Standard asks of each container. */
const CONFINED = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };

/** The image of job-runner/Dockerfile, which writes to nothing but its scratch folder. */
export function managerContainer(
  { environment }: LaunchRequest,
  { managerImage: image, managerSecrets }: Pick<GkeValues, "managerImage" | "managerSecrets">,
  executionName: string,
) {
  return {
    name: MANAGER,
    image,
    // Two ffmpeg threads encode live; what is needed does not grow with the recording.
    resources: exactly({ cpu: "2", memory: "2Gi" }),
    env: variables({
      ...environment,
      EXECUTION_LAUNCHER: "gke",
      EXECUTION_NAME: executionName,
      SCRATCH_DIR: "/scratch",
      MEETING_BOT_API_URL: "http://localhost:3000",
      BOT_CALLBACK_PORT: "8081",
    }),
    envFrom: managerSecrets.map((name) => ({ secretRef: { name } })),
    securityContext: { ...CONFINED, readOnlyRootFilesystem: true },
    volumeMounts: [{ name: SCRATCH, mountPath: "/scratch" }],
  };
}

/**
 * The image of deploy/meeting-bot as a native sidecar: started before the manager, restarted when it ends,
 * and ended by Kubernetes after the manager.
 */
export function botContainer(
  { botEnvironment }: LaunchRequest,
  { botImage, nodeEnvironment }: Pick<GkeValues, "botImage" | "nodeEnvironment">,
) {
  return {
    name: "meeting-bot",
    image: botImage,
    restartPolicy: "Always",
    // Chrome decodes every participant's video and encodes in software: about three CPUs and 2 to 3 GiB, with
    // its shared memory, which counts as the container's. Its profile is in /tmp, on the node's disk.
    resources: exactly({ cpu: "4", memory: "4Gi", "ephemeral-storage": "2Gi" }),
    env: variables({ ...botEnvironment, ...BOT_FIXTURES, NODE_ENV: nodeEnvironment }),
    // Up in at most 60 s. Until then there is no manager; one that never is up is restarted after 120 s.
    startupProbe: {
      httpGet: { path: "/health", port: 3000 },
      periodSeconds: 5,
      timeoutSeconds: 3,
      failureThreshold: 24,
    },
    // The user that its image is made for.
    securityContext: { ...CONFINED, runAsUser: 1001 },
    volumeMounts: [
      { name: SCRATCH, mountPath: BOT_SCRATCH },
      { name: SHARED_MEMORY, mountPath: "/dev/shm" },
    ],
  };
}

/** As in deploy/cloud-run/job.yaml, but for Chrome's shared memory, which can be mounted here. */
const BOT_FIXTURES = {
  ...BOT_CONSTANTS,
  AUTH_BASE_URL_V2: "http://localhost:8081/v2",
  TEMPVIDEO_DIR: BOT_SCRATCH,
  STOP_FILE: `${BOT_SCRATCH}/.stop`,
  XDG_RUNTIME_DIR: "/tmp",
  CHROME_FLAGS: "",
};

/** Asked for and limited alike: Autopilot does so in any case, and the last to be evicted are those. */
function exactly(resources: Record<string, string>) {
  return { requests: resources, limits: resources };
}

/** Kubernetes replaces `$(NAME)` in a value, wherever it comes from; `$$` stands for the sign itself. */
function variables(environment: Readonly<Record<string, string>>) {
  return Object.entries(environment).map(([name, value]) => ({
    name,
    value: value.replaceAll("$", () => "$$"),
  }));
}
