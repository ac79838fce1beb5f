import { describeBotInstanceStore } from "../bot-instance-store-suite.ts";
import { firestoreUnderTest } from "../support/firestore-under-test.ts";

describeBotInstanceStore("FirestoreBotInstanceStore", firestoreUnderTest);
