import { describeChanges } from "./store-contract/changes.ts";
import { describeClaims } from "./store-contract/claims.ts";
import { describeCrowds } from "./store-contract/crowds.ts";
import { describeDocuments } from "./store-contract/documents.ts";
import { describeHistory } from "./store-contract/history.ts";
import { describeLostAnswers } from "./store-contract/lost-answers.ts";
import { describeMeetings } from "./store-contract/meetings.ts";
import { describeOthersInstances } from "./store-contract/others-instances.ts";
import { describeRooms } from "./store-contract/rooms.ts";
import { describeSweeping } from "./store-contract/sweeping.ts";
import { describeTelling } from "./store-contract/telling.ts";
import { describeEarlier } from "./store-contract/version-before.ts";
import type { MakeStore } from "./store-contract/vocabulary.ts";
import { describeRecipients } from "./store-contract/webhook-recipients.ts";
import { describeOutbox } from "./store-contract/webhooks.ts";
import type { StoreUnderTest } from "./support/firestore-under-test.ts";

/** The contract of `BotInstanceStore`, for any adapter of it. */
export function describeBotInstanceStore(name: string, makeStore: MakeStore): void {
  describe(`${name} as a BotInstanceStore`, function () {
    // Racing transactions wait for one another's locks; one that is repeated pauses for a second.
    this.timeout(30_000);

    let under: StoreUnderTest;
    const use = () => under;
    beforeEach(async () => {
      under = await makeStore();
    });
    afterEach(() => under.close());

    describeClaims(use);
    describeSweeping(use);
    describeDocuments(use, makeStore);
    describeMeetings(use);
    describeChanges(use);
    describeTelling(use);
    describeEarlier(use);
    describeRooms(use);
    describeOthersInstances(use);
    describeCrowds(use);
    describeHistory(use);
    describeLostAnswers(use);
    describeOutbox(use);
    describeRecipients(use);
  });
}
