import { describeBotInstanceStore } from "../bot-instance-store-suite.ts";
import { describeWebhookStore } from "../store-contract/webhook-store.ts";
import {
  memoryStoreUnderTest,
  memoryWebhooksUnderTest,
} from "../support/memory-firestore/stores-under-test.ts";

describeBotInstanceStore("FirestoreBotInstanceStore in memory", memoryStoreUnderTest);
describeWebhookStore("FirestoreWebhookStore in memory", memoryWebhooksUnderTest);
