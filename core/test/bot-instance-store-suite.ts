import { describeClaims } from "./store-contract/claims.ts";
import { describeDocuments } from "./store-contract/documents.ts";
import { describeLostAnswers } from "./store-contract/lost-answers.ts";
import { describeMeetings } from "./store-contract/meetings.ts";
import { describeRooms } from "./store-contract/rooms.ts";
import { describeSweeping } from "./store-contract/sweeping.ts";
import type { MakeStore } from "./store-contract/vocabulary.ts";
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
    describeRooms(use);
    describeLostAnswers(use);
  });
}
