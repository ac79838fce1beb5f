import { setImmediate as nextTurn } from "node:timers/promises";
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

/**
 * Notes what is read from now on. What is asked for at one time is one round, and is answered together:
 * how long each read takes makes no difference to what follows it.
 */
function recordReads(firestore: Firestore): Reads {
  const reads: Reads = { documents: [], rounds: 0 };
  const getAll = firestore.getAll.bind(firestore);
  let asked: Promise<unknown>[] = [];
  firestore.getAll = async (...refs: Parameters<typeof getAll>) => {
    reads.documents.push(...refs.map((ref) => ("path" in ref ? String(ref.path) : "")));
    if (asked.length === 0) reads.rounds += 1;
    const round = asked;
    const snapshots = getAll(...refs);
    round.push(snapshots);
    await nextTurn();
    if (asked === round) asked = [];
    await Promise.all(round);
    return snapshots;
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
  /** What `run` reads: how many endpoints' documents, and in how many rounds altogether. */
  const readsOf = async (run: () => Promise<unknown>) => {
    const reads = recordReads(firestore);
    await run();
    const asked = reads.documents.filter((path) => path.startsWith("bot_webhooks/"));
    return { asked: asked.length, rounds: reads.rounds };
  };

  it("takes one read and no time of its own when a meeting gets a bot", async () => {
    await meeting().set(inOrg());
    expect(await readsOf(serve)).to.deep.equal({ asked: 1, rounds: 2 });
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
    expect(await readsOf(serve)).to.deep.equal({ asked: 1, rounds: 4 });
  });

  it("takes one read and no time of its own when a meeting is deleted", async () => {
    await meeting().set(inOrg());
    const { id: formerInstanceId } = instanceOf(await serve());
    await meeting().delete();
    const deleted = () => serve({ ...newCall(), formerInstanceId });
    expect(await readsOf(deleted)).to.deep.equal({ asked: 1, rounds: 5 });
  });

  it("takes one read and no time of its own when a bot ends, and none for a heartbeat", async () => {
    await meeting().set(inOrg());
    const { id } = instanceOf(await serve({ ...newCall(), token: "t" }));
    const starts = () => store.transact(id, starting);
    expect(await readsOf(starts)).to.deep.equal({ asked: 0, rounds: 1 });
    const beats = () => store.transact(id, reporting);
    expect(await readsOf(beats)).to.deep.equal({ asked: 0, rounds: 1 });
    const ends = () => store.transact(id, completing);
    expect(await readsOf(ends)).to.deep.equal({ asked: 1, rounds: 3 });
  });

  it("takes one read when a bot that has waited is claimed", async () => {
    await meeting().set(inOrg({ start: ago(-HOUR) }));
    const { id } = instanceOf(await serve());
    await firestore.doc(`bot_instances/${id}`).update({ wake_at: ago(0) });
    const claims = () => store.transact(id, claiming("t"));
    expect(await readsOf(claims)).to.deep.equal({ asked: 1, rounds: 3 });
  });
});
