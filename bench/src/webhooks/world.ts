import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { Firestore } from "@google-cloud/firestore";
import { startTaskQueues } from "@meeting-bot/sandbox";
import { DELIVERY_QUEUE, DELIVERY_TASKS } from "../../../functions/src/timers/delivery-queue.ts";
import {
  startWebhookReceiver,
  type WebhookReceiver,
} from "../../../sandbox/src/webhook-receiver/webhook-receiver.ts";
import { startDatabase } from "../world/database.ts";
import { type FunctionsPool, startFunctions } from "../world/functions-pool.ts";

/** The store, the senders, their queue, and an endpoint. */
export interface WebhookWorld {
  firestore: Firestore;
  functions: FunctionsPool;
  receiver: WebhookReceiver;
  /** What the endpoints' secrets are derived from. */
  master: string;
}

/** Nothing is launched here. */
const NOWHERE = "127.0.0.1:1";

/** Starts the Firestore emulator, Cloud Tasks, the built functions and a receiver. `parts` ends them. */
export async function startWebhookWorld(
  parts: AsyncDisposableStack,
  processes: number,
): Promise<WebhookWorld> {
  const { firestore, host } = await startDatabase(parts, "webhooks");
  const receiver = await startWebhookReceiver();
  parts.defer(() => receiver.stop());
  const tasks = await startTaskQueues({
    queues: { [DELIVERY_TASKS.functionName]: DELIVERY_QUEUE },
  });
  parts.defer(() => tasks.stop());
  const master = randomBytes(32).toString("base64url");
  const functions = await startFunctions(
    parts,
    { bucket: "none", firestoreHost: host, tasksHost: tasks.host, cloudRunHost: NOWHERE },
    // Endpoints may be on this machine in the emulator only.
    { WEBHOOK_SECRETS: master, FUNCTIONS_EMULATOR: "true" },
    processes,
  );
  tasks.connect(await serveTasks(parts, functions));
  return { firestore, functions, receiver, master };
}

/** Where Cloud Tasks delivers to: a task whose process dies over it was not worked through. */
async function serveTasks(parts: AsyncDisposableStack, functions: FunctionsPool): Promise<string> {
  const server = createServer(async (request, response) => {
    const task = await json(request).catch(() => ({}));
    const isDone = await functions.offer("webhook-task", Object(task));
    response.writeHead(isDone ? 204 : 500).end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  parts.defer(async () => {
    server.closeAllConnections();
    await once(server.close(), "close");
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
