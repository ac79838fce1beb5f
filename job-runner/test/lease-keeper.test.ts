import { once } from "node:events";
import type { DocumentData, DocumentReference, Firestore } from "@google-cloud/firestore";
import { BOT_INSTANCES, botInstanceDocument, FirestoreBotInstanceStore } from "@meeting-bot/core";
import { expect } from "chai";
import { newProjectId, openFirestore } from "../../core/test/support/emulator.ts";
import { NAMING, RULES, started } from "../../core/test/support/instances.ts";
import { waitForDocument } from "../../sandbox/src/wait-for-document.ts";
import { LeaseKeeper, type LeaseKeeperOptions } from "../src/lease-keeper.ts";
import { ObservedStore } from "./support/observed-store.ts";

const NEVER_MS = 3_600_000;

describe("LeaseKeeper", () => {
  let firestore: Firestore;
  let ref: DocumentReference;
  let store: ObservedStore;
  let missed: unknown[];
  const keepers: LeaseKeeper[] = [];

  before(() => {
    firestore = openFirestore(newProjectId());
  });
  after(() => firestore.terminate());

  beforeEach(async () => {
    ref = firestore.collection(BOT_INSTANCES).doc();
    await ref.set(botInstanceDocument(NAMING, RULES.maxAttempts).patch({}, started()));
    store = new ObservedStore(new FirestoreBotInstanceStore(firestore, NAMING, RULES));
    missed = [];
  });
  afterEach(() => Promise.all(keepers.splice(0).map((keeper) => keeper.release())));

  /** Keeps the lease of the runner `me`; without options it never gives a sign of life by itself. */
  function keep(options: Partial<LeaseKeeperOptions> = {}): LeaseKeeper {
    const keeper = new LeaseKeeper({
      store,
      instanceId: ref.id,
      token: "mine",
      runnerId: "me",
      heartbeatMs: NEVER_MS,
      lostMs: NEVER_MS,
      onMissed: (error) => missed.push(error),
      ...options,
    });
    keepers.push(keeper);
    return keeper;
  }

  /** Waits for a state of the document. */
  function reach(isReached: (fields: DocumentData) => boolean): Promise<DocumentData> {
    return waitForDocument(ref, (snapshot) => {
      const fields = snapshot.data() ?? {};
      return isReached(fields) ? fields : undefined;
    });
  }

  /** Lets another keeper give that many signs of life, one every 20 ms. */
  async function passHeartbeats(count: number): Promise<void> {
    const other = new ObservedStore({
      transact: async () => ({ ok: true, instance: started() }),
    });
    keep({ store: other, heartbeatMs: 20 });
    await other.ended(count);
  }

  it("renews the lease with every heartbeat", async () => {
    keep({ heartbeatMs: 50 });

    const before = (await ref.get()).get("heartbeat_at").toMillis();
    const first = await reach((fields) => fields["heartbeat_at"].toMillis() !== before);
    const firstAt = first["heartbeat_at"].toMillis();
    const later = await reach((fields) => fields["heartbeat_at"].toMillis() > firstAt);

    for (const { heartbeat_at, claim_expires_at, wake_at } of [first, later]) {
      const leaseMs = claim_expires_at.toMillis() - heartbeat_at.toMillis();
      expect(leaseMs).to.equal(RULES.heartbeatLeaseSeconds * 1000);
      expect(wake_at).to.deep.equal(claim_expires_at);
    }
  });

  it("keeps a note for the next heartbeat", async () => {
    const keeper = keep({ heartbeatMs: 50 });

    keeper.note({ progress: { secondsRecorded: 1 } });
    keeper.note({ progress: { fractionConverted: 0.5 } });
    keeper.note({ progress: { secondsRecorded: 2 } });

    expect(store.begun).to.equal(0);
    const fields = await reach(({ progress }) => progress !== undefined);
    expect(fields["progress"]).to.deep.equal({ seconds_recorded: 2, fraction_converted: 0.5 });
  });

  it("tells at once, and what was noted before along with it", async () => {
    const keeper = keep();

    keeper.note({ progress: { secondsRecorded: 3 } });
    await keeper.tell({ phase: "recording" });

    expect(store.begun).to.equal(1);
    expect(keeper.phase).to.equal("recording");
    expect((await ref.get()).data()).to.deep.include({
      phase: "recording",
      progress: { seconds_recorded: 3 },
    });
  });

  it("tells later what did not get through, unless there is newer news", async () => {
    const keeper = keep();
    const broken = new Error("no connection");
    store.instead(() => Promise.reject(broken));

    keeper.note({ progress: { secondsRecorded: 1, bytesStored: 1 } });
    const told = keeper.tell({ phase: "recording" });
    keeper.note({ progress: { secondsRecorded: 2 } });
    await told;

    expect(missed).to.deep.equal([broken]);
    expect((await ref.get()).get("phase")).to.equal("joining");
    await keeper.tell({});
    expect((await ref.get()).data()).to.deep.include({
      phase: "recording",
      progress: { seconds_recorded: 2, bytes_stored: 1 },
    });
    expect(keeper.lost.aborted).to.equal(false);
  });

  it("goes on through failures as long as an answer comes now and then", async () => {
    const keeper = keep({ heartbeatMs: 20, lostMs: 1_000 });
    const startedAt = performance.now();
    while (performance.now() - startedAt < 1_200) {
      store.instead(() => Promise.reject(new Error("no connection")));
      await store.ended(2);
    }
    expect(keeper.lost.aborted).to.equal(false);
    expect(missed).not.to.have.length(0);
  });

  it("hears that nobody wants the bot any more, and keeps the lease", async () => {
    const keeper = keep({ heartbeatMs: 50 });
    await store.ended(1);
    expect(keeper.cancelled.aborted).to.equal(false);

    await ref.update({ cancel_requested_at: new Date() });
    await once(keeper.cancelled, "abort");

    expect(keeper.lost.aborted).to.equal(false);
  });

  const THEFTS: Record<string, () => Promise<unknown>> = {
    "another claim": () => ref.update({ claim_token: "another" }),
    "another runner": () => ref.update({ runner_id: "another" }),
    "the end of the instance": () => ref.update({ status: "failed" }),
    "its deletion": () => ref.delete(),
  };
  for (const [name, steal] of Object.entries(THEFTS)) {
    it(`loses the lease to ${name}, and says nothing any more`, async () => {
      const keeper = keep({ heartbeatMs: 50 });
      await store.ended(1);

      const lost = once(keeper.lost, "abort");
      await steal();
      await lost;
      const { begun } = store;
      const left = (await ref.get()).data();
      await keeper.tell({ phase: "uploading" });

      expect(keeper.lost.reason).to.equal("superseded");
      expect(store.begun).to.equal(begun);
      expect((await ref.get()).data()).to.deep.equal(left);
    });
  }

  it("loses the lease before the sweep acts when answers fail", async () => {
    const broken = { transact: () => Promise.reject(new Error("no connection")) };
    const keptAt = performance.now();
    const keeper = keep({ store: broken, heartbeatMs: 20, lostMs: 500 });

    await once(keeper.lost, "abort");

    expect(keeper.lost.reason).to.equal("unreachable");
    expect(performance.now() - keptAt).to.be.within(400, 1_000);
  });

  it("loses the lease although an answer never comes, and keeps nobody waiting for it", async () => {
    const { promise: never } = Promise.withResolvers<never>();
    store.instead(() => never);
    const keptAt = performance.now();
    const keeper = keep({ heartbeatMs: 20, lostMs: 500 });

    const told = keeper.tell({ phase: "converting" });
    await Promise.all([told, keeper.release()]);

    expect(performance.now() - keptAt).to.be.within(400, 1_000);
    expect(keeper.lost.reason).to.equal("unreachable");
    expect(store.begun).to.equal(1);
  });

  it("sends one heartbeat after the other, however slow the store is", async () => {
    const { promise: answer, resolve } = Promise.withResolvers<void>();
    const real = new FirestoreBotInstanceStore(firestore, NAMING, RULES);
    store.instead((id, decide) => answer.then(() => real.transact(id, decide)));
    keep({ heartbeatMs: 20 });

    await passHeartbeats(5);
    expect(store.begun).to.equal(1);
    resolve();
    await store.ended(5);

    expect(store.mostAtOnce).to.equal(1);
  });

  it("falls silent for the last word, which no heartbeat may take for somebody else's", async () => {
    const keeper = keep({ heartbeatMs: 20, lostMs: 400 });
    void keeper.tell({ phase: "uploading" });
    await keeper.fallSilent();
    expect((await ref.get()).get("phase")).to.equal("uploading");
    await ref.update({ status: "done" });

    const { begun } = store;
    await passHeartbeats(5);

    expect(store.begun).to.equal(begun);
    expect(keeper.lost.aborted).to.equal(false);
    await once(keeper.lost, "abort");
    expect(keeper.lost.reason).to.equal("unreachable");
  });

  it("falls silent when it is released, after what is under way", async () => {
    const keeper = keep({ heartbeatMs: 20, lostMs: 400 });
    void keeper.tell({ phase: "recording" });
    await keeper.release();
    expect((await ref.get()).get("phase")).to.equal("recording");

    const { begun } = store;
    await passHeartbeats(20);

    expect(store.begun).to.equal(begun);
    expect(keeper.lost.aborted).to.equal(false);
  });
});
