import { pattern, text } from "./setting.ts";

/** The variables that say where everything is. */
export const projectSettings = {
  projectId: text("GCP_PROJECT_ID", {
    description: "The Google Cloud project of the Cloud Run job; in a function, its own project.",
    inherits: ["GCLOUD_PROJECT"],
  }),
  region: text("GCP_DEFAULT_REGION", {
    description: "The region of the functions and of the Cloud Run job; the bot is told, too.",
    fallback: "us-central1",
  }),
  database: text("FIRESTORE_DATABASE", {
    description: "The Firestore database of the meetings and of everything that is ours.",
    fallback: "(default)",
  }),
  cloudRunJob: text("CLOUD_RUN_JOB", {
    description: "The name of the Cloud Run job.",
    fallback: "meeting-bot",
  }),
  bucket: pattern("GCS_BUCKET", {
    description: "The Cloud Storage bucket that recordings go to.",
    form: /^[^/:]+$/,
    allowed: "a bucket's name, without gs:// and without a path",
  }),
};
