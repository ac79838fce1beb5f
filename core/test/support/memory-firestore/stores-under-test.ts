import { setImmediate as nextTurn } from "node:timers/promises";
import { status } from "@grpc/grpc-js";
import { FirestoreBotInstanceStore } from "../../../src/firestore/firestore-bot-instance-store.ts";
import { FirestoreWebhookStore } from "../../../src/firestore/firestore-webhook-store.ts";
import { atomically } from "../../../src/firestore/unit-of-work.ts";
import { WebhookDocuments } from "../../../src/firestore/webhook-documents.ts";
import type { Naming } from "../../../src/settings/naming.ts";
import type { WebhookStoreUnderTest } from "../../store-contract/webhook-store.ts";
import type { StoreUnderTest } from "../firestore-under-test.ts";
import { NAMING, RULES } from "../instances.ts";
import { type Gate, lostAnswer, MemoryDatabase, openMemoryFirestore } from "./index.ts";

/** Lets timers run in between, as a network does: who asks again and again would keep them from it. */
const unhurried: Gate = () => nextTurn();

/** A gate that loses the answer to one commit, when it is told to. */
function losingGate(): { gate: Gate; loseNextCommit(): void } {
  let losing = false;
  return {
    gate: async ({ kind }) => {
      await nextTurn();
      if (!losing || kind !== "commit") return undefined;
      losing = false;
      return lostAnswer(status.INTERNAL);
    },
    loseNextCommit: () => {
      losing = true;
    },
  };
}

/** A Firestore store on an empty database in memory. */
export async function memoryStoreUnderTest(naming: Naming = NAMING): Promise<StoreUnderTest> {
  const database = new MemoryDatabase({ now: Date.now });
  const firestore = openMemoryFirestore(database, unhurried);
  const { gate, loseNextCommit } = losingGate();
  const behindGate = openMemoryFirestore(database, gate);
  const losing = new FirestoreBotInstanceStore(behindGate, naming, RULES);
  return {
    firestore,
    store: new FirestoreBotInstanceStore(firestore, naming, RULES),
    losingTheNextCommit: () => {
      loseNextCommit();
      return losing;
    },
    write: async (path, fields) => void (await firestore.doc(path).set(fields)),
    writeAll: async (paths, fields) => {
      for (const path of paths) await firestore.doc(path).set(fields);
    },
    edit: async (path, fields) => void (await firestore.doc(path).update(fields)),
    read: async (path) => (await firestore.doc(path).get()).data(),
    remove: async (path) => void (await firestore.doc(path).delete()),
    list: async (collection) =>
      (await firestore.collection(collection).listDocuments()).map(({ id }) => id),
    close: async () => undefined,
  };
}

/** A Firestore store of webhooks on an empty database in memory. */
export async function memoryWebhooksUnderTest(): Promise<WebhookStoreUnderTest> {
  const database = new MemoryDatabase({ now: Date.now });
  const firestore = openMemoryFirestore(database, unhurried);
  const { gate, loseNextCommit } = losingGate();
  const losing = new FirestoreWebhookStore(openMemoryFirestore(database, gate));
  const documents = new WebhookDocuments(firestore);
  const endpoints = firestore.collection("bot_webhooks");
  return {
    store: new FirestoreWebhookStore(firestore),
    losingTheNextCommit: () => {
      loseNextCommit();
      return losing;
    },
    deliver: async (delivery, now) => {
      const id = documents.newDeliveryId(now);
      await atomically(firestore, async (unit) =>
        documents.createDelivery(unit, { ...delivery, id }),
      );
      return id;
    },
    writeEndpoints: async (key, fields) => void (await endpoints.doc(key).set(fields)),
    readEndpoints: async (key) => (await endpoints.doc(key).get()).data(),
    close: async () => undefined,
  };
}
