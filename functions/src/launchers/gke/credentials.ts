import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Cluster, KubeConfig } from "@kubernetes/client-node";
import { ConfigurationError } from "@meeting-bot/core";
import { GoogleAuth } from "google-auth-library";
import type { Connection } from "./connection.ts";

type By<Kind extends Connection["kind"]> = Extract<Connection, { kind: Kind }>;

/** Gives what one call carries, or rejects. */
type TokenSource = () => Promise<string>;

/** What a cluster's IAM and RBAC know the functions' service account by. */
const CLOUD_PLATFORM = "https://www.googleapis.com/auth/cloud-platform";

/** The client's configuration for a connection. `token` gives what one call to a Google cluster carries. */
export function kubeConfigOf(connection: Connection, token: TokenSource): KubeConfig {
  const kubeConfig = new KubeConfig();
  if (connection.kind === "stand-in") useStandIn(kubeConfig, connection);
  if (connection.kind === "kubeconfig") useFile(kubeConfig, connection);
  if (connection.kind === "google") useGoogle(kubeConfig, connection, token);
  if (connection.kind === "in-cluster") useOwnCluster(kubeConfig, connection);
  return kubeConfig;
}

/** The functions' own credentials; the library keeps a token until it is about to expire. */
export function accessToken(): TokenSource {
  const auth = new GoogleAuth({ scopes: CLOUD_PLATFORM });
  return async () => {
    const token = await auth.getAccessToken();
    if (!token) throw new Error("Google gave no access token.");
    return token;
  };
}

function useStandIn(kubeConfig: KubeConfig, { server }: By<"stand-in">): void {
  // The client speaks plain HTTP only with servers that it need not verify.
  const cluster = { name: "stand-in", server, skipTLSVerify: true };
  kubeConfig.loadFromClusterAndUser(cluster, { name: "nobody" });
}

function useFile(kubeConfig: KubeConfig, { file }: By<"kubeconfig">): void {
  try {
    kubeConfig.loadFromFile(file);
  } catch (cause) {
    throw new ConfigurationError(`KUBECONFIG is "${file}", which cannot be read.`, { cause });
  }
  if (kubeConfig.getCurrentCluster()) return;
  throw new ConfigurationError(`KUBECONFIG is "${file}", whose current context names no cluster.`);
}

function useGoogle(kubeConfig: KubeConfig, { server, ca }: By<"google">, token: TokenSource): void {
  useTokens(kubeConfig, { name: "gke", server, caData: ca, skipTLSVerify: false }, token);
}

/**
 * Both files are read with each call, since Kubernetes replaces them. The client's own way, `loadFromCluster`,
 * goes on with a token for a minute, and by an address that it takes from the environment itself.
 */
function useOwnCluster(kubeConfig: KubeConfig, { server, account }: By<"in-cluster">): void {
  const caFile = join(account, "ca.crt");
  useTokens(kubeConfig, { name: "in-cluster", server, caFile, skipTLSVerify: false }, async () =>
    (await readFile(join(account, "token"), "utf8")).trim(),
  );
}

function useTokens(kubeConfig: KubeConfig, cluster: Cluster, token: TokenSource): void {
  kubeConfig.loadFromClusterAndUser(cluster, { name: "functions" });
  kubeConfig.addAuthenticator({
    isAuthProvider: () => true,
    applyAuthentication: async (_, options) => {
      options.headers = { ...options.headers, Authorization: `Bearer ${await token()}` };
    },
  });
}
