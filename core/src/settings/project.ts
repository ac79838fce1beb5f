import { text } from "./setting.ts";

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
};
