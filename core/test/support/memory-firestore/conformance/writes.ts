import { FieldValue, Timestamp } from "@google-cloud/firestore";
import { after, BY_CLIENT, codeOf, fieldsOf, type Row, TAKEN } from "./row.ts";

const STALE = { lastUpdateTime: new Timestamp(1, 0) };
const removal = () => FieldValue.delete();

/** What is refused before a write, and what a write makes of a document. */
export const WRITES: readonly Row[] = [
  {
    what: "a second create is ALREADY_EXISTS",
    run: async (firestore) => {
      await firestore.doc("a/b").create({});
      return codeOf(() => firestore.doc("a/b").create({ x: 1 }));
    },
    is: 6,
  },
  {
    what: "an update of nothing is NOT_FOUND",
    run: (firestore) => codeOf(() => firestore.doc("a/b").update({ x: 1 })),
    is: 5,
  },
  {
    what: "an update of another version is FAILED_PRECONDITION",
    run: async (firestore) => {
      await firestore.doc("a/b").set({ x: 1 });
      return codeOf(() => firestore.doc("a/b").update({ x: 2 }, STALE));
    },
    is: 9,
  },
  {
    what: "an update of a version of nothing is FAILED_PRECONDITION",
    run: (firestore) => codeOf(() => firestore.doc("a/b").update({ x: 2 }, STALE)),
    is: 9,
  },
  {
    what: "an update of the version that was read is taken",
    run: async (firestore) => {
      await firestore.doc("a/b").set({ x: 1 });
      const { updateTime } = await firestore.doc("a/b").get();
      return codeOf(() =>
        firestore.doc("a/b").update({ x: 2 }, updateTime && { lastUpdateTime: updateTime }),
      );
    },
    is: TAKEN,
  },
  {
    what: "a deletion of another version is FAILED_PRECONDITION",
    run: async (firestore) => {
      await firestore.doc("a/b").set({ x: 1 });
      return codeOf(() => firestore.doc("a/b").delete(STALE));
    },
    is: 9,
  },
  {
    what: "a deletion of a version of nothing is FAILED_PRECONDITION",
    run: (firestore) => codeOf(() => firestore.doc("a/b").delete(STALE)),
    is: 9,
  },
  {
    what: "a deletion of nothing is taken",
    run: (firestore) => codeOf(() => firestore.doc("a/b").delete()),
    is: TAKEN,
  },
  {
    what: "a deletion of nothing that must be there is NOT_FOUND",
    run: (firestore) => codeOf(() => firestore.doc("a/b").delete({ exists: true })),
    is: 5,
  },
  {
    what: "a batch of which one write is refused makes none",
    run: async (firestore) => {
      const batch = firestore.batch().create(firestore.doc("a/b"), {});
      batch.update(firestore.doc("a/none"), { x: 1 });
      const code = await codeOf(() => batch.commit());
      return [code, await fieldsOf(firestore)];
    },
    is: [5, undefined],
  },
  {
    what: "a batch may write a document twice, one after the other",
    run: async (firestore) => {
      const ref = firestore.doc("a/b");
      await firestore.batch().create(ref, { x: 1 }).update(ref, { y: 2 }).commit();
      return fieldsOf(firestore);
    },
    is: { x: 1, y: 2 },
  },
  {
    what: "a batch that creates a document twice is INVALID_ARGUMENT",
    run: (firestore) => {
      const ref = firestore.doc("a/b");
      return codeOf(() => firestore.batch().create(ref, {}).create(ref, {}).commit());
    },
    is: 3,
  },
  {
    what: "a batch may ask twice for the version that was there before it",
    run: async (firestore) => {
      const ref = firestore.doc("a/b");
      const { writeTime: lastUpdateTime } = await ref.set({ x: 1 });
      const batch = firestore.batch().update(ref, { x: 2 }, { lastUpdateTime });
      return codeOf(() => batch.update(ref, { y: 2 }, { lastUpdateTime }).commit());
    },
    is: TAKEN,
  },
  {
    what: "an empty batch is taken",
    run: (firestore) => codeOf(() => firestore.batch().commit()),
    is: TAKEN,
  },
  {
    what: "a batch that was committed takes no more",
    run: async (firestore) => {
      const batch = firestore.batch();
      await batch.commit();
      return codeOf(async () => batch.create(firestore.doc("a/b"), {}));
    },
    is: BY_CLIENT,
  },
  {
    what: "a set replaces all fields",
    run: async (firestore) => {
      await firestore.doc("a/b").set({ x: 1, y: { z: 1 } });
      await firestore.doc("a/b").set({ y: { w: 2 } });
      return fieldsOf(firestore);
    },
    is: { y: { w: 2 } },
  },
  {
    what: "a set that merges keeps the others, at each depth, and removes inside",
    run: async (firestore) => {
      await firestore.doc("a/b").set({ x: 1, y: { z: 1, v: 1 }, e: { f: 1 } });
      await firestore.doc("a/b").set({ y: { w: 2, z: removal() }, e: {} }, { merge: true });
      return fieldsOf(firestore);
    },
    is: { x: 1, y: { v: 1, w: 2 }, e: {} },
  },
  {
    what: "an update replaces a map as a whole",
    run: (firestore) => after(firestore, { x: 1, y: { z: 1 } }, { y: { w: 2 } }),
    is: { x: 1, y: { w: 2 } },
  },
  {
    what: "an update by a dotted path leaves what is beside it",
    run: (firestore) => after(firestore, { y: { z: 1, v: { u: 1 } } }, { "y.v.w": 2 }),
    is: { y: { z: 1, v: { u: 1, w: 2 } } },
  },
  {
    what: "an update by a dotted path makes maps of what is none, or is not there",
    run: (firestore) => after(firestore, { y: "text" }, { "y.v.w": 2, "m.n": 1 }),
    is: { y: { v: { w: 2 } }, m: { n: 1 } },
  },
  {
    what: "a removal leaves what is beside it, and the empty map around it",
    run: (firestore) =>
      after(
        firestore,
        { x: 1, y: { z: 1 }, v: { w: 1, u: 2 } },
        { x: removal(), "y.z": removal(), "v.w": removal() },
      ),
    is: { y: {}, v: { u: 2 } },
  },
  {
    what: "a removal of what is not there is taken",
    run: (firestore) => after(firestore, { x: 1 }, { y: removal(), "z.w": removal() }),
    is: { x: 1 },
  },
  {
    what: "a removal beyond what is no map leaves it",
    run: (firestore) => after(firestore, { x: 1, y: 2 }, { "x.y": removal(), y: 3 }),
    is: { x: 1, y: 3 },
  },
  {
    what: "a removal inside a map of an update is refused",
    run: (firestore) => codeOf(() => after(firestore, {}, { y: { z: removal() } })),
    is: BY_CLIENT,
  },
  {
    what: "a removal is refused where a document is made",
    run: (firestore) => codeOf(async () => firestore.doc("a/b").create({ y: removal() })),
    is: BY_CLIENT,
  },
  {
    what: "a path through another one of the same update is refused",
    run: (firestore) => codeOf(() => after(firestore, {}, { y: { z: 1 }, "y.w": 1 })),
    is: BY_CLIENT,
  },
  {
    what: "an update of no field is refused",
    run: (firestore) => codeOf(() => after(firestore, {}, {})),
    is: BY_CLIENT,
  },
  {
    what: "an update by what is no path is refused",
    run: async (firestore) => {
      const paths = ["a..b", ".a", "a.", "a/b", "a[0]", "~", "*", ""];
      return Promise.all(paths.map((path) => codeOf(() => after(firestore, {}, { [path]: 1 }))));
    },
    is: Array.from({ length: 8 }, () => BY_CLIENT),
  },
];
