import { expect } from "chai";
import { atomically } from "../../src/firestore/unit-of-work.ts";
import { NOW } from "../support/instances.ts";
import {
  type Gate,
  lostAnswer,
  MemoryDatabase,
  openMemoryFirestore,
  type Step,
  type WriteEvent,
} from "../support/memory-firestore/index.ts";

describe("the Firestore in memory, beside what the service does,", () => {
  let now: number;
  let events: WriteEvent[];
  let database: MemoryDatabase;
  beforeEach(() => {
    now = NOW;
    events = [];
    database = new MemoryDatabase({ now: () => now, onWrite: (event) => events.push(event) });
  });
  const open = (gate?: Gate) => openMemoryFirestore(database, gate);
  const write = (fields: object, path = "a/b") => open().doc(path).set(fields);
  const read = async (path = "a/b") => (await open().doc(path).get()).data();

  it("asks the gate before each step", async () => {
    const steps: Step[] = [];
    const firestore = open((step) => steps.push(step));
    await firestore.getAll(firestore.doc("a/b"), firestore.doc("a/c"));
    await firestore.doc("a/b").set({ x: 1 });
    await firestore.collection("a").limit(1).get();
    await firestore.collectionGroup("c").get();
    expect(steps).to.deep.equal([
      { kind: "read", paths: ["a/b", "a/c"] },
      { kind: "commit", paths: ["a/b"] },
      { kind: "query", paths: ["a"] },
      { kind: "query", paths: ["c"] },
    ]);
  });

  it("takes steps in the order in which the gate opens", async () => {
    const waiting: (() => void)[] = [];
    const firestore = open(() => new Promise<void>((resolve) => waiting.push(resolve)));
    const increment = () =>
      atomically(firestore, async (unit) => {
        const ref = firestore.doc("a/b");
        const before = (await unit.get(ref)).get("x") as number;
        unit.update(ref, { x: before + 1 });
      });
    await write({ x: 0 });
    const both = Promise.all([increment(), increment()]);
    // Both read before either writes: the second meets the first, and begins again.
    let steps = 0;
    const opening = setInterval(() => {
      steps += waiting.length;
      for (const resolve of waiting.splice(0)) resolve();
    });
    await both;
    clearInterval(opening);
    expect([steps, await read()]).to.deep.equal([6, { x: 2 }]);
  });

  it("leaves everything as it was when the gate refuses", async () => {
    const killed = new Error("killed");
    const firestore = open(() => Promise.reject(killed));
    const error = await firestore
      .doc("a/b")
      .set({ x: 1 })
      .catch((reason: unknown) => reason);
    expect([error, await read(), events]).to.deep.equal([killed, undefined, []]);
  });

  it("makes a commit whose answer is lost", async () => {
    const firestore = open(() => lostAnswer());
    const error = await firestore
      .doc("a/b")
      .set({ x: 1 })
      .catch((reason: unknown) => reason);
    expect(error).to.include({ code: 14 });
    expect(await read()).to.deep.equal({ x: 1 });
  });

  it("refuses what the service refuses when it is asked, and no sooner", async () => {
    const batch = open().batch();
    batch.create(open().doc("a/b"), { x: [[1]] }).create(open().doc("a/c"), {});
    const error = await batch.commit().catch((reason: unknown) => reason);
    expect([error, await read("a/c")]).to.deep.equal([error, undefined]);
    expect(error).to.include({ code: 3 });
  });

  it("tells of what has changed, once for each commit, and of nothing else", async () => {
    await write({ x: 1 });
    await write({ x: 1 });
    now += 1000;
    await open().doc("a/b").update({ y: 2 });
    await open().doc("a/b").delete();
    await open().doc("a/b").delete();
    const [one, two] = [{ x: 1 }, { x: 1, y: 2 }];
    expect(events).to.deep.equal([
      { path: "a/b", before: undefined, after: one, at: NOW },
      { path: "a/b", before: one, after: two, at: now },
      { path: "a/b", before: two, after: undefined, at: now },
    ]);
  });

  it("has the clock that it is given, and stamps no two commits alike", async () => {
    const { writeTime: first } = await write({ x: 1 });
    const { writeTime: second } = await write({ x: 2 });
    expect([first.toMillis(), second.nanoseconds - first.nanoseconds]).to.deep.equal([NOW, 1000]);
    now += 5;
    const { readTime, updateTime } = await open().doc("a/b").get();
    expect([readTime.toMillis(), updateTime?.isEqual(second)]).to.deep.equal([NOW + 5, true]);
  });

  it("counts what would be billed", async () => {
    await write({ x: 1 });
    await write({ x: 1 }, "a/c");
    await open().doc("a/none").get();
    await open().collection("a").get();
    await open().collection("none").get();
    await open().doc("a/c").delete();
    expect(database.counts).to.deep.equal({ reads: 4, writes: 2, deletes: 1 });
  });

  it("does not let what was written, or read, change what is stored", async () => {
    const sent = { x: { y: 1 } };
    await write(sent);
    sent.x.y = 2;
    const found = (await read()) as typeof sent;
    expect(() => {
      found.x.y = 3;
    }).to.throw(TypeError);
    expect(await read()).to.deep.equal({ x: { y: 1 } });
  });
});
