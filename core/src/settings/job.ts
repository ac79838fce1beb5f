import { pattern, text } from "./setting.ts";

const APPLIED = "shapes the Job that is applied";
const EACH = "shapes each Job";
const REGISTERED = "shapes the task definition that is registered";
const shape = { "cloud-run": APPLIED, gke: EACH, ecs: REGISTERED, local: "means nothing" };

/**
 * The variables that shape the job that is applied to a platform, by the script that renders it: no
 * launch can change them there.
 */
export const jobSettings = {
  managerImage: text("MANAGER_IMAGE", {
    description: "The image built from `job-runner/`.",
    launchers: shape,
  }),
  botImage: text("MEETING_BOT_IMAGE", {
    description: "The image built from `deploy/meeting-bot/Dockerfile`.",
    launchers: shape,
  }),
  serviceAccount: text("JOB_SERVICE_ACCOUNT", {
    description: "Whom the job acts as; a name without @ is a service account of the project.",
    fallback: "meeting-bot-job",
    launchers: { ...shape, gke: "the name of a Kubernetes service account", ecs: "means nothing" },
  }),
  scratchSize: pattern("SCRATCH_STORAGE_SIZE", {
    description:
      "The disk for one recording: at least 10Gi; above that the region's quota must allow it.",
    fallback: "50Gi",
    form: /^[1-9]\d*[MGT]i$/,
    allowed: "a size such as 50Gi",
    launchers: { ...shape, ecs: "shapes each task: from 21Gi to 200Gi" },
  }),
  // Not handed on with each launch: what the functions find there is their own platform's value.
  nodeEnvironment: text("NODE_ENV", {
    description: "The Node environment of the bot.",
    fallback: "development",
    launchers: { ...shape, ecs: "means nothing: it is in the task definition" },
  }),
  namespace: text("KUBERNETES_NAMESPACE", {
    description: "The Kubernetes namespace that jobs are made in.",
    fallback: "default",
    launchers: {
      "cloud-run": "means nothing",
      gke: EACH,
      ecs: "means nothing",
      local: "means nothing",
    },
  }),
};
