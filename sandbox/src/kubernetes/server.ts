import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { FaultQueue } from "../faults/fault-queue.ts";
import type { LocalImage, Machine } from "../machine/machine.ts";
import { PortPool } from "../machine/ports.ts";
import type { Fault } from "./faults.ts";
import { httpServer } from "./http.ts";
import type { StandIn } from "./pod-life.ts";
import type { JobRecord } from "./records.ts";
import { Runner } from "./runner.ts";
import { answerRequest, type Cluster } from "./service.ts";

export type KubernetesOptions = {
  /** What runs for an image, by the image's full name. */
  images: Record<string, LocalImage>;
  /** Given to every container as it is, besides PATH, HOME and TMPDIR: the emulators' addresses. */
  platformEnv: Record<string, string>;
  /** Where `{job}.{container}.log` files go; they are kept. */
  logDir: string;
  /** Where volumes and homes live while their pod runs. */
  scratchRoot: string;
  /** Those that there are; `default` alone if unsaid. */
  namespaces?: readonly string[];
  /** The port to listen on; 0, the default, takes a free one. */
  port?: number;
  /** `accept` records jobs and ends them as complete without running anything. */
  mode?: "run" | "accept";
  /** What is done for a job in `accept`; its pod runs until the promise is settled. */
  standIn?: StandIn;
  /** The longest time between SIGTERM and SIGKILL; without it a pod's own grace counts alone. */
  killGraceMs?: number;
  /**
   * The container ports of which each pod gets local ones, since there is no network namespace. What refers
   * to them is rewritten: see `placeEnv`.
   */
  containerPorts?: readonly number[];
  /** Told of every job when it is accepted and when it has ended. */
  onJob?: (job: JobRecord) => void;
};

/** A running local Kubernetes. */
export type Kubernetes = {
  host: string;
  port: number;
  /** For a kubeconfig's `server`; plain HTTP. */
  url: string;
  /** Newest first, those that do not exist any more among them. */
  jobs(): readonly JobRecord[];
  /** Every request so far, in order, without its query. */
  requests: readonly { method: string; path: string }[];
  /** Makes the next request that it concerns fail; `times` says how many of them. */
  inject(fault: Fault, times?: number): void;
  /** Ends every job and the server, and resolves when no process or folder of them is left. */
  stop(): Promise<void>;
};

/** The bot's API and the manager's listener for the bot's callbacks. */
const CONTAINER_PORTS = [3000, 8081];

/** Starts a server that speaks as much of the Kubernetes API as launching jobs needs. */
export async function startKubernetes(options: KubernetesOptions): Promise<Kubernetes> {
  const { mode = "run", namespaces = ["default"], onJob = () => {} } = options;
  await mkdir(options.logDir, { recursive: true });
  const machine = mode === "run" ? machineOf(options) : undefined;
  const runner = new Runner({ machine, standIn: options.standIn }, onJob);
  const faults = new FaultQueue<Fault>();
  const cluster: Cluster = { namespaces, jobs: [], faults, runner, runs: mode === "run" };
  const requests: { method: string; path: string }[] = [];
  const host = "127.0.0.1";
  const server = httpServer((request) => {
    requests.push({ method: request.method, path: request.path });
    return answerRequest(cluster, request);
  });
  await once(server.listen(options.port ?? 0, host), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    host,
    port,
    url: `http://${host}:${port}`,
    jobs: () => cluster.jobs,
    requests,
    inject: (fault, times = 1) => faults.add(fault, times),
    stop: async () => {
      const closed = once(server.close(), "close");
      server.closeAllConnections();
      await Promise.all([closed, runner.stopAll()]);
    },
  };
}

function machineOf(options: KubernetesOptions): Machine {
  const { images, platformEnv, logDir, scratchRoot } = options;
  return {
    images,
    platformEnv,
    logDir,
    scratchRoot,
    containerPorts: options.containerPorts ?? CONTAINER_PORTS,
    ports: new PortPool(),
    killGraceMs: options.killGraceMs ?? Number.POSITIVE_INFINITY,
  };
}
