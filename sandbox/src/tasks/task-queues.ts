import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { deliverTask } from "./deliver-task.ts";
import { type QueueOptions, queueConfig } from "./queue-config.ts";
import { type QueueStats, TaskQueue } from "./task-queue.ts";
import { parseTask } from "./task-request.ts";
import { systemTimers, type Timers } from "./timers.ts";

/** The queues by the names of their functions, and where those functions are. */
export interface TaskQueuesOptions {
  queues: Readonly<Record<string, QueueOptions>>;
  /** Origin of the functions emulator. That one needs our address to start: see `connect`. */
  functionsUrl?: string;
  timers?: Timers;
}

/** Running task queues. */
export interface TaskQueues {
  /** `host:port`, as `CLOUD_TASKS_EMULATOR_HOST` wants it. */
  host: string;
  /** Tells where the functions are; until then deliveries wait. */
  connect(functionsUrl: string): void;
  stats(): Record<string, QueueStats>;
  stop(): Promise<void>;
}

/** A status and its JSON, as the REST API of Cloud Tasks answers. */
interface Reply {
  status: number;
  body: object;
}

/** The path of a queue's tasks, and of one task, as firebase-admin addresses an emulator. */
const TASKS_PATH =
  /^\/projects\/(?<project>[^/]+)\/locations\/(?<location>[^/]+)\/queues\/(?<name>[^/]+)\/tasks(?:\/(?<id>[^/]+))?$/;

/**
 * Plays Cloud Tasks for firebase-admin's `getFunctions().taskQueue(…)`, since firebase-tools' own
 * emulator takes the same requests but never reads `scheduleTime`.
 */
export async function startTaskQueues(options: TaskQueuesOptions): Promise<TaskQueues> {
  const { timers = systemTimers, functionsUrl } = options;
  const functions = Promise.withResolvers<string>();
  if (functionsUrl !== undefined) functions.resolve(functionsUrl);
  const queues = new Map(
    Object.entries(options.queues).map(([name, limits]) => {
      const queue = new TaskQueue(queueConfig(limits), timers, async (task, attempt) =>
        deliverTask(task, attempt, name, await functions.promise),
      );
      return [name, queue];
    }),
  );
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(request, queues, timers.now()).catch((error) =>
      refusal(500, "INTERNAL", String(error)),
    );
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    connect: functions.resolve,
    stats: () => Object.fromEntries([...queues].map(([name, queue]) => [name, queue.stats()])),
    stop: async () => {
      for (const queue of queues.values()) queue.stop();
      server.closeAllConnections();
      await once(server.close(), "close");
    },
  };
}

async function answer(
  request: IncomingMessage,
  queues: ReadonlyMap<string, TaskQueue>,
  now: number,
): Promise<Reply> {
  const { project, location, name = "", id } = TASKS_PATH.exec(request.url ?? "")?.groups ?? {};
  const queue = queues.get(name);
  if (!queue) return refusal(404, "NOT_FOUND", `There is no queue at ${request.url}.`);
  if (request.method === "DELETE" && id !== undefined) return removeTask(queue, id);
  if (request.method !== "POST" || id !== undefined) {
    return refusal(501, "UNIMPLEMENTED", `${request.method} is not served here.`);
  }
  return addTask(queue, await readJson(request), now, `/${project}/${location}/${name}`);
}

function addTask(queue: TaskQueue, request: object, now: number, functionPath: string): Reply {
  const parsed = parseTask(request, now, { id: randomUUID(), url: functionPath });
  if (!parsed.ok) return refusal(400, "INVALID_ARGUMENT", parsed.reason);
  const { id } = parsed.task;
  if (queue.add(parsed.task)) return { status: 200, body: { name: id } };
  return refusal(409, "ALREADY_EXISTS", `The id ${id} is, or was within the hour, a task's.`);
}

function removeTask(queue: TaskQueue, id: string): Reply {
  if (queue.remove(id)) return { status: 200, body: {} };
  return refusal(404, "NOT_FOUND", `There is no task ${id}.`);
}

/** The request's JSON object; an empty one, which is no task, when it is malformed. */
async function readJson(request: IncomingMessage): Promise<object> {
  const value = await json(request).catch(() => undefined);
  return typeof value === "object" && value !== null ? value : {};
}

function refusal(code: number, status: string, message: string): Reply {
  return { status: code, body: { error: { code, status, message } } };
}
