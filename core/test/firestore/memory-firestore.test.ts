import { describeBotInstanceStore } from "../bot-instance-store-suite.ts";
import { describeWebhookStore } from "../store-contract/webhook-store.ts";
import { newProjectId, openFirestore } from "../support/emulator.ts";
import { describeFirestore } from "../support/memory-firestore/conformance/suite.ts";
import { MemoryDatabase, openMemoryFirestore } from "../support/memory-firestore/index.ts";
import {
  memoryStoreUnderTest,
  memoryWebhooksUnderTest,
} from "../support/memory-firestore/stores-under-test.ts";

describeBotInstanceStore("FirestoreBotInstanceStore in memory", memoryStoreUnderTest);
describeWebhookStore("FirestoreWebhookStore in memory", memoryWebhooksUnderTest);

describeFirestore("the Firestore in memory", false, () =>
  openMemoryFirestore(new MemoryDatabase({ now: Date.now })),
);
describeFirestore("the emulator", true, () => openFirestore(newProjectId()));
