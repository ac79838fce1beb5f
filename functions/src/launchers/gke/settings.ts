import { jobSettings, list, number, pattern, type SettingValues, text } from "@meeting-bot/core";
import { loopback } from "../loopback.ts";

/** What the functions must know to run bots as Kubernetes Jobs: what shapes a Job, and which cluster. */
export const gkeSettings = {
  ...jobSettings,
  serviceAccount: pattern(jobSettings.serviceAccount.name, {
    description: "The Kubernetes service account that the pods run as.",
    fallback: "meeting-bot-job",
    form: /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/,
    allowed: "the name of a Kubernetes service account such as meeting-bot-job",
  }),
  namespace: text("KUBERNETES_NAMESPACE", {
    description: "The Kubernetes namespace that jobs are made in.",
    fallback: "default",
  }),
  storageClass: text("SCRATCH_STORAGE_CLASS", {
    description: "The storage class of the disk for one recording; none means the cluster's own.",
    fallback: "",
  }),
  managerSecrets: list("KUBERNETES_SECRETS", {
    description:
      "The names of Kubernetes Secrets whose entries the manager gets as variables: the keys of an S3-compatible server, for example.",
    fallback: [],
  }),
  kubeconfig: text("KUBECONFIG", {
    description: "A kubeconfig file whose current context is the cluster.",
    fallback: "",
  }),
  clusterEndpoint: pattern("GKE_CLUSTER_ENDPOINT", {
    description:
      "The cluster's address, as `gcloud container clusters describe` gives it; it is asked as the functions' service account.",
    fallback: "",
    form: /^[A-Za-z0-9.-]+(:\d{1,5})?$/,
    allowed: "an address without https:// such as 203.0.113.7",
  }),
  clusterCa: {
    ...text("GKE_CLUSTER_CA", {
      description: "The certificate authority of that address, as `gcloud` gives it.",
      fallback: "",
    }),
    allowed: "a PEM certificate in base64",
    parse: (value: string) => (isCertificate(value) ? value : undefined),
  },
  ownHost: text("KUBERNETES_SERVICE_HOST", {
    description:
      "Set by Kubernetes in its pods: without another address, the functions' own cluster is asked.",
    fallback: "",
  }),
  ownPort: number("KUBERNETES_SERVICE_PORT", {
    description: "Set by Kubernetes beside it.",
    fallback: 443,
    min: 1,
    max: 65_535,
  }),
  endpoint: loopback("KUBERNETES_ENDPOINT", {
    description: "The address of a local stand-in for Kubernetes, instead of a real cluster.",
    fallback: "",
  }),
};

/** What those settings hold. */
export type GkeValues = SettingValues<typeof gkeSettings>;

function isCertificate(value: string): boolean {
  return Buffer.from(value, "base64").toString().startsWith("-----BEGIN CERTIFICATE-----");
}
