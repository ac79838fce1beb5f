import { mkdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { FaultQueue } from "../faults/fault-queue.ts";
import type { LocalImage, Machine } from "../machine/machine.ts";
import { PortPool } from "../machine/ports.ts";
import { type Authority, refuseStranger } from "./authorization.ts";
import { TaskDefinitions } from "./definitions.ts";
import { type Fault, operationOf, refusals } from "./faults.ts";
import { History } from "./history.ts";
import { HOST, type Received, type Reply, serveHttp } from "./http.ts";
import { answerContainer, fargateEnvironment } from "./metadata.ts";
import type { Platform } from "./platform.ts";
import { parseCall, toReply } from "./protocol.ts";
import { newRoleKeys, type RoleKeys } from "./role-keys.ts";
import { Runner, type StandIn } from "./runner.ts";
import { serve } from "./service.ts";
import type { TaskRecord } from "./task.ts";
import type { TaskDefinition } from "./task-definition.ts";

export type EcsOptions = {
  /** Names. */
  clusters: string[];
  /** Each further one of a family is its next revision. */
  taskDefinitions: TaskDefinition[];
  /** What runs for an image, by the image's full name. */
  images: Record<string, LocalImage>;
  /** Given to every container as it is, besides PATH, HOME and TMPDIR: the emulators' addresses. */
  platformEnv: Record<string, string>;
  /** Where `{task id}.{container}.log` files go; they are kept. */
  logDir: string;
  /** Where volumes and homes live while their task runs. */
  scratchRoot: string;
  /** The port to listen on; 0, the default, takes a free one. */
  port?: number;
  /** `accept` records tasks and lets them exit 0 without running anything. */
  mode?: "run" | "accept";
  /** What is done for a task in `accept`; it runs until the promise is settled or the task is stopped. */
  standIn?: StandIn;
  /** Between SIGTERM and SIGKILL, in place of the containers' own `stopTimeout`. */
  killGraceMs?: number;
  /** How long each of PROVISIONING, PENDING and DEPROVISIONING takes; 0 by default. */
  phaseMs?: number;
  /**
   * The container ports of which each task gets local ones, since there is no network namespace. What
   * refers to them is rewritten: see `placeEnv`.
   */
  containerPorts?: number[];
  region?: string;
  accountId?: string;
  /** Who knows the credentials that calls must be signed with; without one any will do. */
  authority?: Authority;
  /** The keys of every task's role; by default some that nobody knows. */
  roleKeys?: RoleKeys;
};

/** A running local ECS. */
export type Ecs = {
  host: string;
  port: number;
  /** For the client's `endpoint`. */
  url: string;
  /** Newest first; those that stopped more than an hour ago are forgotten. */
  tasks(): readonly TaskRecord[];
  /** Makes the next `times` calls suffer a fault; 1 by default. */
  inject(fault: Fault, times?: number): void;
  /** Stops every task and the server; nothing is left but the logs. */
  stop(): Promise<void>;
};

/** The bot's API and the manager's listener for the bot's callbacks. */
const CONTAINER_PORTS = [3000, 8081];

/**
 * Serves the tasks' part of ECS's API (AWS JSON 1.1) over plain HTTP, and runs the containers of tasks as
 * local processes, as Fargate would. Throws when a container's image has no local command.
 */
export async function startEcs(options: EcsOptions): Promise<Ecs> {
  const { clusters, taskDefinitions, region = "us-east-1", accountId = "123456789012" } = options;
  const machine = options.mode === "accept" ? undefined : await machineOf(options);
  const realm = { region, accountId };
  const keys = options.roleKeys ?? newRoleKeys();
  const history = new History();
  const faults = new FaultQueue<Fault>();
  const runner = new Runner({
    machine,
    standIn: options.standIn ?? (async () => {}),
    killGraceMs: options.killGraceMs,
    phaseMs: options.phaseMs ?? 0,
    environmentOf: (task, container) => fargateEnvironment(task, container, server.url, region),
  });
  const definitions = new TaskDefinitions(realm, taskDefinitions);
  const platform = { realm, clusters, definitions, history, runner };
  const server = await serveHttp(options.port ?? 0, async (request) =>
    request.path === "/"
      ? answerCall(request, platform, faults, options.authority)
      : answerContainer(request, history, region, keys),
  );
  return {
    host: HOST,
    port: server.port,
    url: server.url,
    tasks: () => history.all(),
    inject: (fault, times = 1) => faults.add(fault, times),
    stop: async () => {
      await server.close();
      await runner.stopAll();
    },
  };
}

async function answerCall(
  request: Received,
  platform: Platform,
  faults: FaultQueue<Fault>,
  authority: Authority | undefined,
): Promise<Reply> {
  const call = parseCall(request);
  if (!call.ok) return toReply(call);
  const stranger = refuseStranger(request.headers, platform.realm.region, authority);
  if (stranger) return toReply(stranger);
  const fault = faults.next((waiting) => operationOf(waiting) === call.operation);
  if (fault?.kind === "refuse") return toReply(refusals[fault.type](call.operation));
  const answer = serve(platform, call.operation, call.input, fault);
  if (fault?.kind === "silent") return "never";
  if (fault?.kind === "delay") await sleep(fault.delayMs, undefined, { ref: false });
  return toReply(answer);
}

async function machineOf(options: EcsOptions): Promise<Machine> {
  const { images, platformEnv, logDir, scratchRoot, containerPorts = CONTAINER_PORTS } = options;
  checkImages(options);
  await mkdir(logDir, { recursive: true });
  // The grace is the containers' own: see `runContainers`.
  const killGraceMs = 0;
  const ports = new PortPool();
  return { images, platformEnv, logDir, scratchRoot, containerPorts, ports, killGraceMs };
}

function checkImages({ taskDefinitions, images }: EcsOptions): void {
  const missing = taskDefinitions
    .flatMap(({ containers }) => containers)
    .filter(({ image, command }) => images[image] === undefined && command.length === 0)
    .map(({ image }) => image);
  if (missing.length === 0) return;
  throw new Error(
    `no local command for ${missing.join(", ")}; known images: ${Object.keys(images).join(", ")}`,
  );
}
