import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  BatchV1Api,
  CoreV1Api,
  KubeConfig,
  type V1Container,
  type V1Job,
  type V1JobSpec,
  type V1Pod,
  type V1PodSpec,
} from "@kubernetes/client-node";
import { eventually } from "../../../test/eventually.ts";
import type { JobRecord } from "../../src/kubernetes/records.ts";
import {
  type Kubernetes,
  type KubernetesOptions,
  startKubernetes,
} from "../../src/kubernetes/server.ts";

export const namespace = "default";

/** Runs until it is killed. */
export const FOREVER = "while :; do sleep 0.05; done";

/** Ends itself on SIGTERM, in good order. */
export const POLITE = `trap 'echo bye=yes; exit 0' TERM; echo up=yes; ${FOREVER}`;

/** A container of the image `sh`, whose argument is the script that it runs. */
export function shell(name: string, script: string, more: Partial<V1Container> = {}): V1Container {
  return { name, image: "sh", args: [script], ...more };
}

/** A native sidecar. */
export function sidecar(script: string, more: Partial<V1Container> = {}): V1Container {
  return shell("bot", script, { restartPolicy: "Always", ...more });
}

/** A Job of one container `manager`, unless `pod` says otherwise. */
export function jobOf(
  name: string,
  pod: Partial<V1PodSpec> = {},
  spec: Partial<V1JobSpec> = {},
): V1Job {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, labels: { app: "recorder" } },
    spec: {
      backoffLimit: 0,
      template: {
        spec: { restartPolicy: "Never", containers: [shell("manager", "true")], ...pod },
      },
      ...spec,
    },
  };
}

/** A local Kubernetes with the real client, its folders and what tests ask of it. */
export class TestKubernetes {
  readonly server: Kubernetes;
  readonly folder: string;
  readonly batch: BatchV1Api;
  readonly core: CoreV1Api;

  constructor(server: Kubernetes, folder: string) {
    const config = new KubeConfig();
    config.loadFromClusterAndUser(
      { name: "sandbox", server: server.url, skipTLSVerify: true },
      { name: "test" },
    );
    this.server = server;
    this.folder = folder;
    this.batch = config.makeApiClient(BatchV1Api);
    this.core = config.makeApiClient(CoreV1Api);
  }

  static async start(options: Partial<KubernetesOptions> = {}): Promise<TestKubernetes> {
    const folder = await mkdtemp(join(tmpdir(), "kubernetes-test-"));
    const server = await startKubernetes({
      images: { sh: { command: ["/bin/sh", "-c"] } },
      platformEnv: {},
      logDir: join(folder, "logs"),
      scratchRoot: join(folder, "scratch"),
      killGraceMs: 300,
      ...options,
    });
    return new TestKubernetes(server, folder);
  }

  create(body: V1Job): Promise<V1Job> {
    return this.batch.createNamespacedJob({ namespace, body, fieldValidation: "Strict" });
  }

  read(name: string): Promise<V1Job> {
    return this.batch.readNamespacedJob({ namespace, name });
  }

  /** The job once it is complete or has failed. */
  ended(name: string): Promise<V1Job> {
    return eventually(async () => {
      const job = await this.read(name);
      return finalCondition(job) ? job : undefined;
    });
  }

  /** What the server knows of the job that was created last. */
  latest(): JobRecord {
    const [record] = this.server.jobs();
    if (!record) throw new Error("no job was created");
    return record;
  }

  /** The latest pod of a job, once there is one of which `holds`. */
  pod(job: string, holds: (pod: V1Pod) => boolean = () => true): Promise<V1Pod> {
    return eventually(async () => (await this.pods(job)).findLast(holds));
  }

  async pods(job: string): Promise<V1Pod[]> {
    const labelSelector = `batch.kubernetes.io/job-name=${job}`;
    return (await this.core.listNamespacedPod({ namespace, labelSelector })).items;
  }

  /** A container's log once it has a line that matches; what the pattern captures. */
  logged(job: string, container: string, pattern: RegExp): Promise<string> {
    return eventually(async () => pattern.exec(await this.log(job, container))?.[1]);
  }

  /** What a container has written so far. */
  log(job: string, container: string): Promise<string> {
    const file = join(this.folder, "logs", `${job}.${container}.log`);
    return readFile(file, "utf8").catch(() => "");
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await rm(this.folder, { recursive: true });
  }
}

/** The condition that says how a job ended. */
export function finalCondition({ status }: V1Job) {
  return status?.conditions?.find(({ type }) => type === "Complete" || type === "Failed");
}

/** A pod's condition of a type. */
export function condition({ status }: V1Pod, type: string) {
  return status?.conditions?.find((one) => one.type === type);
}
