import { type Failure, launchFailure } from "@meeting-bot/core";

/** Where a job is, in the words of the configuration. */
export interface JobPlace {
  projectId: string;
  region: string;
  job: string;
}

interface Meaning {
  advice: string;
  needsOperator?: true;
}

/** What a refused launch means, by the name of its gRPC status. */
const MEANINGS: Readonly<Record<string, (place: JobPlace) => Meaning>> = {
  NOT_FOUND: ({ job, projectId, region }) => ({
    advice: `There is no Cloud Run job "${job}" in ${region} of project ${projectId}: create it with \`npm run --silent render:job > job.yaml && gcloud run jobs replace job.yaml --region ${region} --project ${projectId}\`, or set CLOUD_RUN_JOB and GCP_DEFAULT_REGION to the one that exists.`,
    needsOperator: true,
  }),
  PERMISSION_DENIED: ({ job }) => ({
    advice: `The functions' service account may not run the Cloud Run job "${job}": grant it roles/run.jobsExecutorWithOverrides on the job.`,
    needsOperator: true,
  }),
  UNAUTHENTICATED: () => ({
    advice: "Cloud Run did not accept the functions' credentials.",
    needsOperator: true,
  }),
  INVALID_ARGUMENT: ({ job }) => ({
    advice: `Cloud Run cannot run the job "${job}" as it was asked to: compare it with deploy/cloud-run/job.yaml.`,
    needsOperator: true,
  }),
  FAILED_PRECONDITION: ({ job }) => ({
    advice: `The Cloud Run job "${job}" is not ready to run.`,
    needsOperator: true,
  }),
  RESOURCE_EXHAUSTED: () => ({
    advice: "Cloud Run has no capacity or quota left at the moment.",
  }),
  UNAVAILABLE: () => ({ advice: "Cloud Run could not be reached." }),
};

/** gRPC's words for a call that never left: after any other UNAVAILABLE the request may have arrived. */
const NEVER_SENT = /\bNo connection established\b|\bName resolution failed\b/;

/** A refused launch as a failure; undefined for a status that leaves it open whether there was a launch. */
export function explainRefusal(
  status: string | undefined,
  platformReason: string,
  place: JobPlace,
): Failure | undefined {
  if (status === "UNAVAILABLE" && !NEVER_SENT.test(platformReason)) return undefined;
  const meaning = MEANINGS[status ?? ""]?.(place);
  if (!meaning) return undefined;
  const { advice, needsOperator } = meaning;
  return launchFailure(advice, { needsOperator, platformReason });
}
