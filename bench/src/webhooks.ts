import { setTimeout as pause } from "node:timers/promises";
import { inspect, parseArgs } from "node:util";
import type { Firestore, QueryDocumentSnapshot } from "@google-cloud/firestore";
import {
  ATTEMPT_LEASE_SECONDS,
  BOT_WEBHOOK_DELIVERIES,
  FirestoreWebhookStore,
  SECOND,
} from "@meeting-bot/core";
import { writtenEvent } from "@meeting-bot/sandbox";
import { PATIENCE_MS } from "../../functions/src/webhooks/renewal.ts";
import { endpointSecret } from "../../functions/src/webhooks/signing.ts";
import { failing } from "../../sandbox/src/webhook-receiver/answers.ts";
import { completeRecordings, ORGANIZATION } from "./webhooks/recordings.ts";
import { startWebhookWorld, type WebhookWorld } from "./webhooks/world.ts";
import { PROJECT } from "./world/database.ts";

const ABOUT = `Real: the outbox (Firestore emulator), the built functions in three processes that are killed
at random, the signatures, HTTP. Stubbed: the event bus, which delivers an event once and loses it with
its process. The schedule of retries is the deployed one; waiting for it is cut short by dating what
waits back, every three seconds.`;

const PROCESSES = 3;
const EVENTS_AT_ONCE = 10;
const FAILING_SHARE = 0.3;
const FULL = { count: 1000, killEveryMs: 5 * SECOND };
/** The same in small. */
export const QUICK = { count: 40, killEveryMs: 4 * SECOND };
const SWEEP_EVERY_MS = 2 * SECOND;
const DATE_BACK_EVERY_MS = 3 * SECOND;
const DIES_AFTER_MS = 5 * SECOND;
const DEAD_FOR_MS = 6 * SECOND;
const PATIENCE_SECONDS = 400;
/** A request has 20 seconds: who has had a lease for longer was killed. */
const ATTEMPT_MS = 25 * SECOND;

/** What became of the webhooks. */
export interface WebhookFigures {
  webhooks: number;
  delivered: number;
  /** Those that the endpoint never accepted, whatever their documents say. */
  lost: number;
  /** Accepted more often than once, always under the same `webhook-id`. */
  duplicates: number;
  /** Messages under an id that no delivery has, and recordings that were told under two ids. */
  strange: number;
  /** Messages whose signature a receiver did not believe. */
  unverified: number;
  messages: number;
  refused: number;
  kills: number;
  kills_at_work: number;
  seconds: number;
}

/** Sends webhooks under random kills; whether each arrived, as it should. */
export async function runWebhooks(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: "boolean" }, quick: { type: "boolean" } },
  });
  if (!values.json) process.stdout.write(`${ABOUT}\n\n`);
  const figures = await measureWebhooks(values.quick ? QUICK : FULL);
  process.stdout.write(`${values.json ? JSON.stringify(figures) : inspect(figures)}\n`);
  const { webhooks, delivered, lost, strange, unverified } = figures;
  return delivered === webhooks && lost + strange + unverified === 0;
}

/** What comes of so many recordings' webhooks. */
export async function measureWebhooks({
  count,
  killEveryMs,
}: typeof FULL): Promise<WebhookFigures> {
  await using parts = new AsyncDisposableStack();
  const world = await startWebhookWorld(parts, PROCESSES);
  const { firestore, functions, receiver } = world;
  await subscribe(world);
  const beganAt = Date.now();
  const instances = await completeRecordings(firestore, count);
  const over = new AbortController();
  const background = [
    keep(killEveryMs, over.signal, () => functions.killOne()),
    keep(SWEEP_EVERY_MS, over.signal, () => functions.deliver("sweep-webhooks", {})),
    keep(DATE_BACK_EVERY_MS, over.signal, () => dateBack(firestore)),
    dieForAWhile(world),
    publishCreations(world),
  ];
  await untilDelivered(firestore, count);
  const seconds = Math.round((Date.now() - beganAt) / SECOND);
  over.abort();
  await Promise.all(background);
  const { docs } = await firestore.collection(BOT_WEBHOOK_DELIVERIES).get();
  return {
    webhooks: instances.length,
    ...judge(docs, receiver.received),
    kills: functions.kills,
    kills_at_work: functions.killsAtWork,
    seconds,
  };
}

async function subscribe({ firestore, receiver, master }: WebhookWorld): Promise<void> {
  const request = { url: receiver.url, events: ["recording.completed"] } as const;
  const added = await new FirestoreWebhookStore(firestore).addEndpoint(ORGANIZATION, request);
  if (!added.ok) throw new Error(`No endpoint could be added: ${added.reason}.`);
  receiver.trust(endpointSecret(master, added.endpoint.id));
  receiver.behave(failing(FAILING_SHARE));
}

/** Plays the event bus for new deliveries: some at once, each once, and lost with its process. */
async function publishCreations({ firestore, functions }: WebhookWorld): Promise<void> {
  const { docs } = await firestore.collection(BOT_WEBHOOK_DELIVERIES).get();
  const rest = docs.values();
  const publish = async () => {
    for (const doc of rest) {
      const fields = { wake_at: doc.get("wake_at").toDate() };
      await functions.offer("webhook-created", writtenEvent(PROJECT, doc.ref.path, fields));
    }
  };
  await Promise.all(Array.from({ length: EVENTS_AT_ONCE }, publish));
}

async function keep(everyMs: number, over: AbortSignal, act: () => Promise<void>): Promise<void> {
  while (!over.aborted) {
    await pause(everyMs * (0.5 + Math.random()));
    if (!over.aborted) await act();
  }
}

/**
 * What waits for its next attempt has waited long enough, and its task, which was for later, is lost;
 * so is the lease of a sender that is gone.
 */
async function dateBack(firestore: Firestore): Promise<void> {
  const now = Date.now();
  const { docs } = await firestore
    .collection(BOT_WEBHOOK_DELIVERIES)
    .where("wake_at", ">", new Date(now + SECOND))
    .get();
  const past = new Date(now - PATIENCE_MS - SECOND);
  const writes = docs.map((delivery) => {
    const leasedUntil = delivery.get("claim_expires_at")?.toMillis();
    const isHeld = leasedUntil > now + ATTEMPT_LEASE_SECONDS * SECOND - ATTEMPT_MS;
    if (isHeld) return undefined;
    const lease = leasedUntil !== undefined && { claim_expires_at: past };
    const fields = { wake_at: past, ...lease };
    return delivery.ref.update(fields, { lastUpdateTime: delivery.updateTime });
  });
  // One that was changed meanwhile is left to whoever did so.
  await Promise.allSettled(writes);
}

async function dieForAWhile({ receiver }: WebhookWorld): Promise<void> {
  await pause(DIES_AFTER_MS);
  await receiver.die();
  await pause(DEAD_FOR_MS);
  await receiver.revive();
}

async function untilDelivered(firestore: Firestore, count: number): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_SECONDS * SECOND;
  const delivered = firestore
    .collection(BOT_WEBHOOK_DELIVERIES)
    .where("status", "==", "delivered")
    .count();
  for (let so = 0; so < count && Date.now() < giveUpAt; await pause(SECOND)) {
    so = (await delivered.get()).data().count;
    process.stderr.write(`\r${so} of ${count} delivered `);
  }
  process.stderr.write("\n");
}

function judge(
  deliveries: readonly QueryDocumentSnapshot[],
  received: WebhookWorld["receiver"]["received"],
) {
  const known = new Set(deliveries.map(({ id }) => id));
  const accepted = received.filter(({ status }) => status === 204).map(({ id }) => id);
  const ids = new Set(accepted);
  const told = new Set(deliveries.map((delivery) => delivery.get("data.bot_instance_id")));
  return {
    delivered: deliveries.filter((delivery) => delivery.get("status") === "delivered").length,
    lost: deliveries.filter(({ id }) => !ids.has(id)).length,
    duplicates: accepted.length - ids.size,
    strange: received.filter(({ id }) => !known.has(id)).length + deliveries.length - told.size,
    unverified: received.filter(({ verified }) => !verified).length,
    messages: received.length,
    refused: received.length - accepted.length,
  };
}
