import { PROJECT } from "./database.ts";

/** Where the stand-ins are that function processes talk to. */
export interface StandIns {
  bucket: string;
  /** `host:port` of each. */
  firestoreHost: string;
  tasksHost: string;
  cloudRunHost: string;
}

/** The environment that deployed functions would have, pointed at stand-ins, with settings over it. */
export function functionsEnvironment(
  { bucket, firestoreHost, tasksHost, cloudRunHost }: StandIns,
  settings: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  return {
    PATH: process.env["PATH"],
    GCLOUD_PROJECT: PROJECT,
    FIREBASE_CONFIG: JSON.stringify({ projectId: PROJECT }),
    FIRESTORE_EMULATOR_HOST: firestoreHost,
    CLOUD_TASKS_EMULATOR_HOST: tasksHost,
    CLOUD_RUN_ENDPOINT: cloudRunHost,
    GCS_BUCKET: bucket,
    METADATA_SERVER_DETECTION: "none",
    LOG_LEVEL: "ERROR",
    ...settings,
  };
}
