import type { DocumentData, Firestore, Query } from "@google-cloud/firestore";
import { Timestamp } from "@google-cloud/firestore";
import { BY_CLIENT, codeOf, type Row } from "./row.ts";

async function fill(firestore: Firestore, documents: Record<string, DocumentData>) {
  const batch = firestore.batch();
  for (const [path, fields] of Object.entries(documents)) batch.set(firestore.doc(path), fields);
  await batch.commit();
  return firestore.collection("a");
}

async function idsOf(query: Query): Promise<string[]> {
  return (await query.get()).docs.map(({ id }) => id);
}

const at = (ms: number) => new Date(ms);
const DUE = {
  "a/d": { at: at(1) },
  "a/b": { at: at(2) },
  "a/c": { at: at(2) },
  "a/e": { at: at(3) },
};

/** What is found, and in which order. */
export const QUERIES: readonly Row[] = [
  {
    what: "equality finds a value at a path, of the same type",
    run: async (firestore) => {
      const a = await fill(firestore, {
        "a/1": { x: { y: "1" } },
        "a/2": { x: { y: 1 } },
        "a/3": { "x.y": "1" },
        "a/4/a/5": { x: { y: "1" } },
      });
      return idsOf(a.where("x.y", "==", "1"));
    },
    is: ["1"],
  },
  {
    what: "equality finds null where there is null, and maps and lists as wholes",
    run: async (firestore) => {
      const a = await fill(firestore, { "a/1": { x: null }, "a/2": {}, "a/3": { x: { y: [1] } } });
      return [await idsOf(a.where("x", "==", null)), await idsOf(a.where("x", "==", { y: [1] }))];
    },
    is: [["1"], ["3"]],
  },
  {
    what: "a comparison with an instant finds Timestamps alone, the earliest first",
    run: async (firestore) => {
      const odd = { "a/f": { at: "soon" }, "a/g": { at: 1 }, "a/h": { at: null }, "a/i": {} };
      const a = await fill(firestore, { ...DUE, ...odd });
      return idsOf(a.where("at", "<=", at(2)));
    },
    is: ["d", "b", "c"],
  },
  {
    what: "a list is searched for a value, a value is searched for in a list",
    run: async (firestore) => {
      const a = await fill(firestore, {
        "a/1": { x: ["m", "n"] },
        "a/2": { x: "n" },
        "a/3": { x: "o" },
      });
      return [
        await idsOf(a.where("x", "array-contains", "n")),
        await idsOf(a.where("x", "in", ["n", "o"])),
      ];
    },
    is: [["1"], ["2", "3"]],
  },
  {
    what: "a list of more than thirty values is INVALID_ARGUMENT",
    run: async (firestore) => {
      const values = Array.from({ length: 31 }, (_, n) => n);
      return codeOf(() => firestore.collection("a").where("x", "in", values).get());
    },
    is: 3,
  },
  {
    what: "values of different types have an order, and what has none is left out",
    run: async (firestore) => {
      const values = {
        h: { x: 1 },
        g: [1],
        f: Buffer.from("x"),
        e: "1",
        d: at(1),
        c: 1,
        b: false,
        a: null,
      };
      const documents = Object.entries(values).map(([id, x]) => [`a/${id}`, { x }] as const);
      const a = await fill(firestore, { ...Object.fromEntries(documents), "a/none": { y: 1 } });
      return [await idsOf(a.orderBy("x")), await idsOf(a.orderBy("x", "desc").limit(2))];
    },
    is: [
      ["a", "b", "c", "d", "e", "f", "g", "h"],
      ["h", "g"],
    ],
  },
  {
    what: "figures, lists and maps have an order of their own",
    run: async (firestore) => {
      const a = await fill(firestore, {
        "a/1": { x: Number.NaN },
        "a/2": { x: -1.5 },
        "a/3": { x: 10 },
        "a/4": { x: [1] },
        "a/5": { x: [1, 0] },
        "a/6": { x: { a: 2 } },
        "a/7": { x: { b: 1 } },
      });
      return idsOf(a.orderBy("x"));
    },
    is: ["1", "2", "3", "4", "5", "6", "7"],
  },
  {
    what: "texts and names are in the order of their bytes",
    run: async (firestore) => {
      const ids = ["B", "a", "é", "\uffee", "🚀", "10", "9"];
      const documents = ids.map((id) => [`a/${id}`, { x: id }] as const);
      const a = await fill(firestore, Object.fromEntries(documents));
      return [await idsOf(a.orderBy("x")), await idsOf(a.orderBy("__name__"))];
    },
    is: [
      ["10", "9", "B", "a", "é", "\uffee", "🚀"],
      ["10", "9", "B", "a", "é", "\uffee", "🚀"],
    ],
  },
  {
    what: "a page by name goes on after an id",
    run: async (firestore) => {
      const page = (await fill(firestore, DUE)).orderBy("__name__").limit(2);
      return [
        await idsOf(page),
        await idsOf(page.startAfter("c")),
        await idsOf(page.startAfter("x")),
      ];
    },
    is: [["b", "c"], ["d", "e"], []],
  },
  {
    what: "a page by a field goes on after values, after those of the first field alone, and after a snapshot",
    run: async (firestore) => {
      const a = await fill(firestore, DUE);
      const page = a.where("at", "<=", at(3)).orderBy("at").orderBy("__name__").limit(2);
      const last = (await page.get()).docs[1];
      await firestore.doc("a/b").update({ at: at(9) });
      return [
        await idsOf(page.startAfter(at(2), "b")),
        await idsOf(page.startAfter(Timestamp.fromMillis(2))),
        await idsOf(page.startAfter(last)),
      ];
    },
    is: [["c", "e"], ["e"], ["c", "e"]],
  },
  {
    what: "a page after too many values, or an id that is a path, is refused",
    run: async (firestore) => {
      const page = firestore.collection("a").orderBy("__name__");
      return Promise.all([
        codeOf(async () => page.startAfter("b", "c")),
        codeOf(async () => page.startAfter("b/c")),
        codeOf(async () => page.startAfter()),
      ]);
    },
    is: [BY_CLIENT, BY_CLIENT, BY_CLIENT],
  },
  {
    what: "names can be compared",
    run: async (firestore) => {
      const a = await fill(firestore, DUE);
      return [
        await idsOf(a.where("__name__", ">", "c")),
        await idsOf(a.where("__name__", "==", "c")),
      ];
    },
    is: [["d", "e"], ["c"]],
  },
  {
    what: "a selection has its fields alone, and is a document all the same",
    run: async (firestore) => {
      const a = await fill(firestore, { "a/b": { x: 1, y: { z: 1, w: 1 } } });
      const read = [await a.select().get(), await a.select("y.z", "none").get()];
      return read.flatMap(({ docs, size }) =>
        docs.map((doc) => [size, doc.exists, doc.data(), doc.updateTime !== undefined]),
      );
    },
    is: [
      [1, true, {}, true],
      [1, true, { y: { z: 1 } }, true],
    ],
  },
  {
    what: "a group is all collections of one id",
    run: async (firestore) => {
      await fill(firestore, {
        "a/1": {},
        "b/2/a/3": {},
        "b/2/a/4/a/5": {},
        "b/a": {},
        "b/2/ab/6": {},
      });
      const paths = (await firestore.collectionGroup("a").orderBy("__name__").get()).docs;
      return paths.map(({ ref }) => ref.path);
    },
    is: ["a/1", "b/2/a/3", "b/2/a/4/a/5"],
  },
  {
    what: "a page of a group goes on after a path, or a snapshot",
    run: async (firestore) => {
      await fill(firestore, { "a/1": {}, "b/2/a/3": {}, "b/2/a/4": {} });
      const group = firestore.collectionGroup("a").orderBy("__name__");
      const [first] = (await group.limit(1).get()).docs;
      return [await idsOf(group.startAfter("b/2/a/3")), await idsOf(group.startAfter(first))];
    },
    is: [["4"], ["3", "4"]],
  },
  {
    what: "documents are listed, also those that only have collections",
    run: async (firestore) => {
      const a = await fill(firestore, { "a/1": {}, "a/2/c/3": {} });
      return (await a.listDocuments()).map(({ path }) => path);
    },
    is: ["a/1", "a/2"],
  },
];
