import { mkdir } from "node:fs/promises";
import { promisify } from "node:util";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { FaultQueue } from "../faults/fault-queue.ts";
import type { LocalImage } from "../machine/machine.ts";
import { PortPool } from "../machine/ports.ts";
import type { ExecutionRecord } from "./execution.ts";
import type { Fault } from "./faults.ts";
import { serve } from "./grpc.ts";
import { History } from "./history.ts";
import type { JobSpec } from "./job-spec.ts";
import { EXECUTIONS, JOBS, OPERATIONS } from "./protos.ts";
import { Runner, type StandIn } from "./runner.ts";
import { executionMethods, jobMethods, operationMethods } from "./service.ts";

export type CloudRunOptions = {
  /** Served under every project and region. */
  jobs: JobSpec[];
  /** What runs for an image, by the image's full name. */
  images: Record<string, LocalImage>;
  /** Given to every container as it is, besides PATH, HOME and TMPDIR: the emulators' addresses. */
  platformEnv: Record<string, string>;
  /** Where `{execution}.{container}.log` files go; they are kept. */
  logDir: string;
  /** Where volumes and homes live while their task runs. */
  scratchRoot: string;
  /** The port to listen on; 0, the default, takes a free one. */
  port?: number;
  /** `accept` records executions and ends them as succeeded without running anything. */
  mode?: "run" | "accept";
  /** What is done for an execution in `accept`; it goes on until the promise is settled. */
  standIn?: StandIn;
  /** Between SIGTERM and SIGKILL; Cloud Run gives ten seconds. */
  killGraceMs?: number;
  /**
   * The container ports of which each task gets local ones, since there is no network namespace. What
   * refers to them is rewritten: see `placeEnv`.
   */
  containerPorts?: number[];
  /** Told of every execution when it is accepted and when it has ended. */
  onExecution?: (record: ExecutionRecord) => void;
};

/** A running local Cloud Run. */
export type CloudRun = {
  host: string;
  port: number;
  /** Newest first. */
  executions(): readonly ExecutionRecord[];
  /** Makes the next `times` calls of RunJob suffer a fault; 1 by default. */
  inject(fault: Fault, times?: number): void;
  /** Ends every execution and the server; nothing is left but the logs. */
  stop(): Promise<void>;
};

const HOST = "127.0.0.1";

/** The bot's API and the manager's listener for the bot's callbacks. */
const CONTAINER_PORTS = [3000, 8081];

/**
 * Serves Cloud Run's v2 API for jobs over plain-text gRPC and runs the jobs' containers as local processes.
 * Throws when a container's image has no local command.
 */
export async function startCloudRun(options: CloudRunOptions): Promise<CloudRun> {
  const { jobs, images, platformEnv, logDir, scratchRoot, onExecution = () => {} } = options;
  if (options.mode !== "accept") checkImages(jobs, images);
  await mkdir(logDir, { recursive: true });
  const machine = {
    images,
    platformEnv,
    logDir,
    scratchRoot,
    containerPorts: options.containerPorts ?? CONTAINER_PORTS,
    ports: new PortPool(),
    killGraceMs: options.killGraceMs ?? 10_000,
  };
  const history = new History();
  const faults = new FaultQueue<Fault>();
  const isReal = options.mode !== "accept";
  const runner = new Runner(history, isReal ? machine : undefined, onExecution, options.standIn);
  const platform = { jobs, history, faults, runner };
  const server = new Server();
  server.addService(JOBS, serve(jobMethods(platform)));
  server.addService(EXECUTIONS, serve(executionMethods(platform)));
  server.addService(OPERATIONS, serve(operationMethods(platform)));
  const bind = promisify(server.bindAsync.bind(server));
  const port = await bind(`${HOST}:${options.port ?? 0}`, ServerCredentials.createInsecure());
  return {
    host: HOST,
    port,
    executions: () => history.all(),
    inject: (fault, times = 1) => faults.add(fault, times),
    stop: async () => {
      server.forceShutdown();
      await runner.stopAll();
    },
  };
}

function checkImages(jobs: JobSpec[], images: Record<string, LocalImage>): void {
  const missing = jobs
    .flatMap((job) => job.containers)
    .filter(({ image, command }) => images[image] === undefined && command.length === 0)
    .map(({ image }) => image);
  if (missing.length === 0) return;
  throw new Error(
    `no local command for ${missing.join(", ")}; known images: ${Object.keys(images).join(", ")}`,
  );
}
