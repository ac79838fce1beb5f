import type { Firestore } from "@google-cloud/firestore";
import {
  BOT_INSTANCES,
  complete,
  DEFAULT_LEASE_RULES,
  FirestoreBotInstanceStore,
  namingOf,
  namingSettings,
  readSettings,
  toFields,
} from "@meeting-bot/core";

/** Whose endpoint is told. */
export const ORGANIZATION = "organization";

const HOLDING = { token: "token", runnerId: "runner" };
const AT_ONCE = 10;

/** Completes so many recordings by the real store, as so many managers do; their ids. */
export async function completeRecordings(firestore: Firestore, count: number): Promise<string[]> {
  const naming = namingOf(readSettings(namingSettings, {}));
  const store = new FirestoreBotInstanceStore(firestore, naming, DEFAULT_LEASE_RULES);
  const ids = Array.from({ length: count }, (_, index) => `instance-${index}`);
  let next = 0;
  const work = async () => {
    for (let id = ids[next++]; id !== undefined; id = ids[next++]) {
      await firestore.collection(BOT_INSTANCES).doc(id).set(atWork(id));
      await store.transact(id, (instance, at) =>
        complete(instance, { ...HOLDING, outputs: [], partial: false }, at),
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return ids;
}

function atWork(id: string) {
  return {
    status: "processing",
    ...toFields({
      phase: "uploading",
      meetingUrl: "https://meet.google.com/abc-defg-hij",
      creatorOrganizationId: ORGANIZATION,
      meetings: [`meetings/${id}`],
      claimToken: HOLDING.token,
      runnerId: HOLDING.runnerId,
      attempt: 1,
      maxAttempts: 3,
    }),
  };
}
