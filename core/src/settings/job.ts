import { pattern, text } from "./setting.ts";

/**
 * The variables that shape the job that bots run in. Each launcher says what they do on its platform: there
 * a script renders them into what is applied once, or each launch takes them along, or they do nothing.
 */
export const jobSettings = {
  managerImage: text("MANAGER_IMAGE", {
    description: "The image built from `job-runner/`.",
  }),
  botImage: text("MEETING_BOT_IMAGE", {
    description: "The image built from `deploy/meeting-bot/Dockerfile`.",
  }),
  serviceAccount: text("JOB_SERVICE_ACCOUNT", {
    description: "Whom the job acts as; a name without @ is a service account of the project.",
    fallback: "meeting-bot-job",
  }),
  scratchSize: pattern("SCRATCH_STORAGE_SIZE", {
    description:
      "The disk for one recording: at least 10Gi; above that the region's quota must allow it.",
    fallback: "50Gi",
    form: /^[1-9]\d*[MGT]i$/,
    allowed: "a size such as 50Gi",
  }),
  // Not handed on with each launch: what the functions find there is their own platform's value.
  nodeEnvironment: text("NODE_ENV", {
    description: "The Node environment of the bot.",
    fallback: "development",
  }),
};
