import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Launcher } from "@meeting-bot/core";
import { readConfig } from "../../../../src/config.ts";
import { kubeConfigOf } from "../../../../src/launchers/gke/credentials.ts";
import { connectGke, GkeLauncher } from "../../../../src/launchers/gke/launcher.ts";
import { type LoopbackServer, startLoopback } from "../../ecs/support/loopback-server.ts";
import { JOBS, noToken, VALUES } from "../gke-under-test.ts";

/** A way to a cluster over TLS, as functions may be given it. */
export interface Way {
  /** Says from now on that this token is good, for an hour or as good as not any more. */
  give(token: string, lasts?: "an hour" | "no longer"): Promise<void>;
  /** Connects to a cluster on this machine whose authority is `ca`, a PEM certificate. */
  connect(port: number, ca: string): Promise<Launcher>;
  close(): Promise<void>;
}

const CONFIG = readConfig({ GCP_PROJECT_ID: "demo-test", GCS_BUCKET: "bucket" });

const toBase64 = (text: string) => Buffer.from(text).toString("base64");

/** The ways by their names. */
export const WAYS: Readonly<Record<string, () => Promise<Way>>> = {
  "an endpoint with its authority": byEndpoint,
  "the files of a pod's service account": () => byFiles(podOf),
  "a kubeconfig with a program that gives tokens": () => byFiles(programOf),
};

/** As a function does: its service account's tokens come from the metadata server. */
async function byEndpoint(): Promise<Way> {
  let answer = {};
  const metadata = await startLoopback((_, response) => {
    response.writeHead(200, { "metadata-flavor": "Google", "content-type": "application/json" });
    response.end(JSON.stringify(answer));
  });
  const restore = useMetadata(metadata);
  return {
    give: async (token, lasts = "an hour") => {
      // The library counts on no token that has less than five minutes left.
      const expiresIn = lasts === "an hour" ? 3600 : 1;
      answer = { access_token: token, expires_in: expiresIn, token_type: "Bearer" };
    },
    connect: async (port, ca) =>
      connectGke(
        { ...VALUES, clusterEndpoint: `127.0.0.1:${port}`, clusterCa: toBase64(ca) },
        CONFIG,
      ),
    close: async () => {
      restore();
      await metadata.stop();
    },
  };
}

/** Lets Google's library find its metadata server here. */
function useMetadata({ address }: LoopbackServer): () => void {
  const wanted = {
    GCLOUD_PROJECT: "demo-test",
    GCE_METADATA_HOST: address,
    METADATA_SERVER_DETECTION: "assume-present",
  };
  const before = Object.keys(wanted).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, wanted);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

/** For files, which are in a folder of their own. */
async function byFiles(way: (folder: string) => Omit<Way, "close">): Promise<Way> {
  const folder = await mkdtemp(join(tmpdir(), "gke-way-"));
  return { ...way(folder), close: () => rm(folder, { recursive: true }) };
}

/** Kubernetes mounts these files, and replaces them in time. */
function podOf(account: string): Omit<Way, "close"> {
  return {
    give: (token) => writeFile(join(account, "token"), `${token}\n`),
    connect: async (port, ca) => {
      await writeFile(join(account, "ca.crt"), ca);
      const server = `https://127.0.0.1:${port}`;
      const kubeConfig = kubeConfigOf({ kind: "in-cluster", server, account }, noToken);
      return new GkeLauncher(kubeConfig, { ...JOBS, namespace: "default" });
    },
  };
}

/** As `gcloud container clusters get-credentials` writes it, but for the program. */
function programOf(folder: string): Omit<Way, "close"> {
  const credential = join(folder, "credential.json");
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1",
    command: "cat",
    args: [credential],
    interactiveMode: "Never",
  };
  return {
    give: (token, lasts = "an hour") => {
      const expiresAt = Date.now() + (lasts === "an hour" ? 3_600_000 : 0);
      const expirationTimestamp = new Date(expiresAt).toISOString();
      return writeFile(credential, JSON.stringify({ status: { token, expirationTimestamp } }));
    },
    connect: async (port, ca) => {
      await writeFile(join(folder, "ca.pem"), ca);
      const kubeconfig = join(folder, "config");
      const cluster = { server: `https://127.0.0.1:${port}`, "certificate-authority": "ca.pem" };
      await writeFile(
        kubeconfig,
        JSON.stringify({
          "current-context": "here",
          contexts: [{ name: "here", context: { cluster: "c", user: "u" } }],
          clusters: [{ name: "c", cluster }],
          users: [{ name: "u", user: { exec } }],
        }),
      );
      return connectGke({ ...VALUES, kubeconfig }, CONFIG);
    },
  };
}
