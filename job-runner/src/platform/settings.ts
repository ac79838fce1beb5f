import { pattern, type SettingValues } from "@meeting-bot/core";

/** A server on this machine: anything else would carry tokens, unencrypted, to wherever it says. */
const LOOPBACK = {
  fallback: "",
  form: /^(?:127\.0\.0\.1|localhost|\[::1\]):\d{1,5}$/,
  allowed: "an address on this machine such as 127.0.0.1:8123",
};

/** The variables by which a manager outside Google Cloud gets at Google's services, without a key. */
export const federationSettings = {
  audience: pattern("GOOGLE_WORKLOAD_IDENTITY_AUDIENCE", {
    description:
      "The provider of a workload identity pool that trusts the AWS role of the manager's task; only on AWS.",
    fallback: "",
    form: /^\/\/iam\.googleapis\.com\/projects\/\d+\/locations\/global\/workloadIdentityPools\/[a-z0-9-]+\/providers\/[a-z0-9-]+$/,
    allowed:
      "a provider such as //iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/aws/providers/ecs",
  }),
  serviceAccount: pattern("GOOGLE_SERVICE_ACCOUNT", {
    description:
      "The service account to act as then; without it, the role itself must be granted what it needs.",
    fallback: "",
    form: /^[a-z0-9-]+@[a-z0-9.-]+\.gserviceaccount\.com$/,
    allowed: "an address such as meeting-bot-job@project.iam.gserviceaccount.com",
  }),
  stsEndpoint: pattern("GOOGLE_STS_ENDPOINT", {
    description: "The address of a local stand-in for Google's token exchange.",
    ...LOOPBACK,
  }),
  iamEndpoint: pattern("GOOGLE_IAM_CREDENTIALS_ENDPOINT", {
    description: "The address of a local stand-in for Google's service account credentials.",
    ...LOOPBACK,
  }),
};

/** Whose trust is used, and where the tokens come from. */
export type Federation = SettingValues<typeof federationSettings>;
