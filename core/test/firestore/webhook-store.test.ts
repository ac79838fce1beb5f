import { FirestoreWebhookStore } from "../../src/firestore/firestore-webhook-store.ts";
import { atomically } from "../../src/firestore/unit-of-work.ts";
import { WebhookDocuments } from "../../src/firestore/webhook-documents.ts";
import {
  describeWebhookStore,
  type WebhookStoreUnderTest,
} from "../store-contract/webhook-store.ts";
import { emulatorAddress, newProjectId, openFirestore } from "../support/emulator.ts";
import { startLossyProxy } from "../support/lossy-proxy.ts";

async function webhooksUnderTest(): Promise<WebhookStoreUnderTest> {
  const projectId = newProjectId();
  const firestore = openFirestore(projectId);
  const proxy = await startLossyProxy(emulatorAddress());
  const behindProxy = openFirestore(projectId, proxy.address);
  const losing = new FirestoreWebhookStore(behindProxy);
  const documents = new WebhookDocuments(firestore);
  const endpoints = firestore.collection("bot_webhooks");
  return {
    store: new FirestoreWebhookStore(firestore),
    losingTheNextCommit: () => {
      proxy.loseNextCommit();
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
    close: async () => {
      await Promise.all([firestore.terminate(), behindProxy.terminate()]);
      proxy.stop();
    },
  };
}

describeWebhookStore("FirestoreWebhookStore", webhooksUnderTest);
