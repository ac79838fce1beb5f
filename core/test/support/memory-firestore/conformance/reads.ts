import { BY_CLIENT, codeOf, type Row } from "./row.ts";

/**
 * So says the reference of WriteResult's `update_time`: "If the write did not actually change the
 * document, this will be the previous update_time"
 * (https://cloud.google.com/firestore/docs/reference/rest/v1/WriteResult); it was seen of production in
 * https://github.com/GoogleCloudPlatform/spring-cloud-gcp/issues/2163. The emulator does the same.
 */
const UNCHANGED_KEEPS_ITS_TIME = [true, true];

/** What is read, and when that was. */
export const READS: readonly Row[] = [
  {
    what: "a document that is not there has the time of its reading, and nothing else",
    run: async (firestore) => {
      const none = await firestore.doc("a/b").get();
      const { exists, createTime, updateTime } = none;
      return [
        exists,
        createTime,
        updateTime,
        none.data(),
        none.get("x"),
        none.readTime.toMillis() > 0,
      ];
    },
    is: [false, undefined, undefined, undefined, undefined, true],
  },
  {
    what: "documents come in the order in which they were asked for, also twice",
    run: async (firestore) => {
      await firestore.doc("a/b").set({ x: 1 });
      const refs = ["a/none", "a/b", "a/none"].map((path) => firestore.doc(path));
      const read = await firestore.getAll(...refs);
      return read.map((snapshot) => [snapshot.ref.path, snapshot.exists]);
    },
    is: [
      ["a/none", false],
      ["a/b", true],
      ["a/none", false],
    ],
  },
  {
    what: "a mask leaves only what its paths lead to",
    run: async (firestore) => {
      await firestore.doc("a/b").set({ x: 1, y: { z: 1, w: 2 }, v: 3 });
      const fieldMask = ["x", "y.z", "none"];
      const [read, none] = await firestore.getAll(firestore.doc("a/b"), firestore.doc("a/c"), {
        fieldMask,
      });
      return [read?.data(), read?.get("v"), none?.exists];
    },
    is: [{ x: 1, y: { z: 1 } }, undefined, false],
  },
  {
    what: "a field is found by its path",
    run: async (firestore) => {
      await firestore.doc("a/b").set({ x: { y: { z: 1 } }, "x.y": 2 });
      const read = await firestore.doc("a/b").get();
      return [read.get("x.y.z"), read.get("x.y"), read.get("x.none.z")];
    },
    is: [1, { z: 1 }, undefined],
  },
  {
    what: "to read nothing is refused",
    run: (firestore) => codeOf(async () => firestore.getAll()),
    is: BY_CLIENT,
  },
  {
    what: "references know where they are",
    run: async (firestore) => {
      const ref = firestore.doc("a/b").collection("c").doc("d");
      const { parent } = ref;
      return [
        ref.path,
        ref.id,
        parent.path,
        parent.id,
        parent.parent?.path,
        firestore.collection("a").parent,
      ];
    },
    is: ["a/b/c/d", "d", "a/b/c", "c", "a/b", null],
  },
  {
    what: "references are equal by their path",
    run: async (firestore) =>
      ["b", "c"].map((id) => firestore.doc("a/b").isEqual(firestore.collection("a").doc(id))),
    is: [true, false],
  },
  {
    what: "paths of the wrong length, and empty ones, are refused",
    run: async (firestore) =>
      Promise.all([
        codeOf(async () => firestore.doc("a")),
        codeOf(async () => firestore.doc("a/b/c")),
        codeOf(async () => firestore.doc("")),
        codeOf(async () => firestore.doc("a//b")),
        codeOf(async () => firestore.collection("a/b")),
        codeOf(async () => firestore.collection("a").doc("")),
      ]),
    is: Array.from({ length: 6 }, () => BY_CLIENT),
  },
  {
    what: "a minted id has twenty letters and digits, and is minted once",
    run: async (firestore) => {
      const ids = Array.from({ length: 100 }, () => firestore.collection("a").doc().id);
      return [
        ids.every((id) => /^[0-9A-Za-z]{20}$/.test(id)),
        new Set(ids.map((id) => id.slice(0, 11))).size,
      ];
    },
    is: [true, 100],
  },
  {
    what: "a write answers with the update time that is read afterwards, before the time of reading",
    run: async (firestore) => {
      const { writeTime } = await firestore.doc("a/b").set({ x: 1 });
      const { updateTime, createTime, readTime } = await firestore.doc("a/b").get();
      return [
        updateTime?.isEqual(writeTime),
        createTime?.isEqual(writeTime),
        readTime.valueOf() >= writeTime.valueOf(),
        writeTime.nanoseconds % 1000,
      ];
    },
    is: [true, true, true, 0],
  },
  {
    what: "what is written later has the later update time, and keeps its create time",
    run: async (firestore) => {
      const first = await firestore.doc("a/b").set({ x: 1 });
      const second = await firestore.doc("a/b").set({ x: 2 });
      const third = await firestore.doc("a/c").set({ x: 2 });
      const { createTime } = await firestore.doc("a/b").get();
      const times = [first, second, third].map(({ writeTime }) => writeTime.valueOf());
      return [
        new Set(times).size,
        times.toSorted().join() === times.join(),
        createTime?.isEqual(first.writeTime),
      ];
    },
    is: [3, true, true],
  },
  {
    what: "what is deleted and made again is made again",
    run: async (firestore) => {
      const first = await firestore.doc("a/b").set({ x: 1 });
      await firestore.doc("a/b").delete();
      await firestore.doc("a/b").set({ x: 1 });
      const { createTime } = await firestore.doc("a/b").get();
      return createTime?.isEqual(first.writeTime);
    },
    is: false,
  },
  {
    what: "the documents of one commit have one update time",
    run: async (firestore) => {
      const [b, c] = [firestore.doc("a/b"), firestore.doc("a/c")];
      await firestore.batch().set(b, {}).set(c, {}).commit();
      const [first, second] = await firestore.getAll(b, c);
      return second?.updateTime && first?.updateTime?.isEqual(second.updateTime);
    },
    is: true,
  },
  ...(["update", "set"] as const).map((write) => ({
    what: `a document that an ${write} does not change keeps its update time`,
    run: async (firestore: Parameters<Row["run"]>[0]) => {
      const first = await firestore.doc("a/b").set({ x: 1, y: { z: [1] } });
      const second = await firestore.doc("a/b")[write]({ x: 1, y: { z: [1] } });
      const { updateTime } = await firestore.doc("a/b").get();
      return [second.writeTime.isEqual(first.writeTime), updateTime?.isEqual(first.writeTime)];
    },
    is: UNCHANGED_KEEPS_ITS_TIME,
  })),
];
