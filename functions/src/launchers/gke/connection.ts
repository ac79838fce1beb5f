import { isIP } from "node:net";
import type { Check } from "@meeting-bot/core";
import type { GkeValues, gkeSettings } from "./settings.ts";

/** How the cluster is reached. */
export type Connection =
  | { kind: "stand-in"; server: string }
  | { kind: "kubeconfig"; file: string }
  /** With a Google access token for each call; an empty `ca` means the public authorities. */
  | { kind: "google"; server: string; ca: string }
  /** As the pod's service account, whose files are in a folder. */
  | { kind: "in-cluster"; server: string; account: string };

type Ways = Pick<
  GkeValues,
  "endpoint" | "kubeconfig" | "clusterEndpoint" | "clusterCa" | "ownHost" | "ownPort"
>;

/** Where Kubernetes puts `token` and `ca.crt` into a pod (its page "Accessing the API from a Pod"). */
const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** What names a cluster comes before what only surrounds the functions. */
export function chooseConnection(ways: Ways): Connection | undefined {
  const { endpoint, kubeconfig, clusterEndpoint, clusterCa, ownHost, ownPort } = ways;
  if (endpoint) return { kind: "stand-in", server: `http://${endpoint}` };
  if (kubeconfig) return { kind: "kubeconfig", file: kubeconfig };
  if (clusterEndpoint) {
    return { kind: "google", server: `https://${clusterEndpoint}`, ca: clusterCa };
  }
  if (!ownHost) return undefined;
  const host = isIP(ownHost) === 6 ? `[${ownHost}]` : ownHost;
  return { kind: "in-cluster", server: `https://${host}:${ownPort}`, account: ACCOUNT };
}

/** Names what is missing for the way that the settings have chosen. */
export const connectionProblems: Check<typeof gkeSettings> = (values) => {
  if (!isComplete(values)) return [];
  const connection = chooseConnection(values);
  if (!connection) {
    return [
      "No Kubernetes cluster is named: set GKE_CLUSTER_ENDPOINT and GKE_CLUSTER_CA, or KUBECONFIG; inside a cluster, Kubernetes sets KUBERNETES_SERVICE_HOST.",
    ];
  }
  return isUnverifiable(connection)
    ? [
        "GKE_CLUSTER_CA is not set: it must be the certificate authority of GKE_CLUSTER_ENDPOINT, a PEM certificate in base64.",
      ]
    : [];
};

function isComplete(values: Partial<Ways>): values is Ways {
  const names = ["endpoint", "kubeconfig", "clusterEndpoint", "clusterCa", "ownHost", "ownPort"];
  return names.every((name) => name in values);
}

/** A cluster's address is certified by the cluster alone; its DNS name (`….gke.goog`) by a public authority. */
function isUnverifiable(connection: Connection): boolean {
  if (connection.kind !== "google" || connection.ca !== "") return false;
  return isIP(new URL(connection.server).hostname) !== 0;
}
