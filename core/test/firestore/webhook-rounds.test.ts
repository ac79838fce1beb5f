import type { Firestore } from "@google-cloud/firestore";
import { expect } from "chai";
import { FirestoreBotInstanceStore } from "../../src/firestore/firestore-bot-instance-store.ts";
import { HOUR } from "../../src/time.ts";
import {
  ago,
  claiming,
  completing,
  inOrg,
  instanceOf,
  newCall,
  reporting,
  starting,
} from "../store-contract/vocabulary.ts";
import { newProjectId, openFirestore } from "../support/emulator.ts";
import { NAMING, RULES } from "../support/instances.ts";

/** What was read: documents, and how often somebody waited for the database. */
interface Reads {
  documents: string[];
  rounds: number;
}

/** How many endpoints' documents are read, and in how many rounds altogether. */
interface ExpectedReads {
  asked: number;
  rounds: number;
}

/** Notes what is read from now on; reads that overlap are one round. */
function recordReads(firestore: Firestore): Reads {
  const reads: Reads = { documents: [], rounds: 0 };
  let pending = 0;
  const getAll = firestore.getAll.bind(firestore);
  firestore.getAll = async (...refs: Parameters<typeof getAll>) => {
    reads.documents.push(...refs.map((ref) => ("path" in ref ? String(ref.path) : "")));
    if (pending === 0) reads.rounds += 1;
    pending += 1;
    try {
      return await getAll(...refs);
    } finally {
      pending -= 1;
    }
  };
  return reads;
}

describe("reading who is to be told", () => {
  let firestore: Firestore;
  let store: FirestoreBotInstanceStore;
  beforeEach(() => {
    firestore = openFirestore(newProjectId());
    store = new FirestoreBotInstanceStore(firestore, NAMING, RULES);
  });
  afterEach(() => firestore.terminate());

  const meeting = () => firestore.doc("meetings/one");
  const serve = (call = newCall()) => store.serve("meetings/one", call);
  const readsOf = async (run: () => Promise<unknown>): Promise<ExpectedReads> => {
    const reads = recordReads(firestore);
    await run();
    const asked = reads.documents.filter((path) => path.startsWith("bot_webhooks/"));
    return { asked: asked.length, rounds: reads.rounds };
  };

  /** So many endpoints' documents, in so many rounds at most: one read that takes long may join two of them. */
  async function expectReads(run: () => Promise<unknown>, { asked, rounds }: ExpectedReads) {
    const reads = await readsOf(run);
    expect(reads.asked).to.equal(asked);
    expect(reads.rounds).to.be.within(1, rounds);
  }

  it("takes one read and no time of its own when a meeting gets a bot", async () => {
    await meeting().set(inOrg());
    await expectReads(serve, { asked: 1, rounds: 2 });
  });

  it("takes nothing when a meeting has what it asks for", async () => {
    await meeting().set(inOrg());
    await serve();
    expect(await readsOf(serve)).to.include({ asked: 0 });
  });

  it("takes one read and no time of its own when a meeting is cancelled", async () => {
    await meeting().set(inOrg({ start: ago(-HOUR) }));
    await serve();
    await meeting().update({ status: "cancelled" });
    await expectReads(serve, { asked: 1, rounds: 3 });
  });

  it("takes one read and no time of its own when a meeting is deleted", async () => {
    await meeting().set(inOrg());
    const { id: formerInstanceId } = instanceOf(await serve());
    await meeting().delete();
    const deleted = () => serve({ ...newCall(), formerInstanceId });
    await expectReads(deleted, { asked: 1, rounds: 3 });
  });

  it("takes one read and no time of its own when a bot ends, and none for a heartbeat", async () => {
    await meeting().set(inOrg());
    const { id } = instanceOf(await serve({ ...newCall(), token: "t" }));
    const starts = () => store.transact(id, starting);
    await expectReads(starts, { asked: 0, rounds: 1 });
    const beats = () => store.transact(id, reporting);
    await expectReads(beats, { asked: 0, rounds: 1 });
    const ends = () => store.transact(id, completing);
    await expectReads(ends, { asked: 1, rounds: 3 });
  });

  it("takes one read when a bot that has waited is claimed", async () => {
    await meeting().set(inOrg({ start: ago(-HOUR) }));
    const { id } = instanceOf(await serve());
    await firestore.doc(`bot_instances/${id}`).update({ wake_at: ago(0) });
    const claims = () => store.transact(id, claiming("t"));
    await expectReads(claims, { asked: 1, rounds: 2 });
  });
});
