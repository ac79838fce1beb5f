import { type Firestore, Timestamp } from "@google-cloud/firestore";
import { BY_CLIENT, codeOf, fieldsOf, nested, type Row, TAKEN } from "./row.ts";

/** The most bytes of a document, and of a value. Source: https://firebase.google.com/docs/firestore/quotas */
const LIMIT = 1_048_576;
const LONGEST = LIMIT - 89;
const HALF = "x".repeat(LIMIT / 2);
/** What a document at `a/b` has beside its fields, with the name and the end of one text. */
const OVERHEAD = 16 + 2 + 2 + 32 + 2 + 1;
/** What becomes of documents that are as large as can be, and one byte larger. */
const codesAround = (
  firestore: Firestore,
  fieldsWith: (text: string) => object,
  bytes: number,
): Promise<unknown[]> => {
  const texts = [0, 1].map((more) => "x".repeat(LIMIT - bytes + more));
  const codes = texts.map((text) =>
    codeOf(async () => firestore.doc("a/b").set({ ...fieldsWith(text) })),
  );
  return Promise.all(codes);
};
const set = (fields: object) => ({
  run: (firestore: Firestore) => codeOf(async () => firestore.doc("a/b").set({ ...fields })),
});

/** What a field may hold, and how much a document. */
export const VALUES: readonly Row[] = [
  {
    what: "values come back as they were, instants as Timestamps, to the microsecond",
    run: async (firestore) => {
      const sent = {
        nothing: null,
        yes: true,
        figure: 1.5,
        none: Number.NaN,
        text: "Réunion 🚀",
        date: new Date(1234),
        fine: new Timestamp(1, 123_456_789),
        bytes: Buffer.from("x"),
        list: [1, { a: [new Date(0)] }, null],
        map: { "a.b": { "": 1 }.constructor === Object },
        empty: { list: [], map: {} },
      };
      await firestore.doc("a/b").set(sent);
      return fieldsOf(firestore);
    },
    is: {
      nothing: null,
      yes: true,
      figure: 1.5,
      none: Number.NaN,
      text: "Réunion 🚀",
      date: Timestamp.fromMillis(1234),
      fine: new Timestamp(1, 123_456_000),
      bytes: Buffer.from("x"),
      list: [1, { a: [Timestamp.fromMillis(0)] }, null],
      map: { "a.b": true },
      empty: { list: [], map: {} },
    },
  },
  { what: "undefined is refused", ...set({ x: { y: undefined } }), is: BY_CLIENT },
  { what: "an object of a class is refused", ...set({ x: new URL("http://x") }), is: BY_CLIENT },
  { what: "a function is refused", ...set({ x: () => 1 }), is: BY_CLIENT },
  { what: "a list in a list is INVALID_ARGUMENT", ...set({ x: [[1]] }), is: 3 },
  { what: "a reserved name of a field is INVALID_ARGUMENT", ...set({ __x__: 1 }), is: 3 },
  { what: "a reserved name in a map is INVALID_ARGUMENT", ...set({ x: { __y__: 1 } }), is: 3 },
  { what: "a field without a name is refused", ...set({ "": 1 }), is: BY_CLIENT },
  { what: "maps may be nested twenty deep", ...set(nested(20)), is: TAKEN },
  { what: "maps nested deeper are refused", ...set(nested(21)), is: BY_CLIENT },
  { what: "the longest text is taken", ...set({ t: "x".repeat(LONGEST) }), is: TAKEN },
  {
    what: "a text of a byte more is INVALID_ARGUMENT, also in a map",
    run: (firestore) => {
      const t = "x".repeat(LONGEST + 1);
      return Promise.all(
        [{ t }, { m: { t } }].map((fields) => codeOf(() => firestore.doc("a/b").set(fields))),
      );
    },
    is: [3, 3],
  },
  {
    what: "a document of 1 MiB is taken, one of a byte more is INVALID_ARGUMENT",
    run: (firestore) => codesAround(firestore, (u) => ({ t: HALF, u }), OVERHEAD + 3 + HALF.length),
    is: [TAKEN, 3],
  },
  {
    what: "what else a document holds counts by its names and values",
    run: (firestore) =>
      codesAround(
        firestore,
        (u) => ({ t: HALF, u, n: 1, d: new Date(0), b: true, l: [null, "é"], y: Buffer.from("x") }),
        OVERHEAD + 3 + HALF.length + (2 + 8) + (2 + 8) + (2 + 1) + (2 + 1 + 3) + (2 + 1),
      ),
    is: [TAKEN, 3],
  },
  {
    what: "an update that makes a document larger than 1 MiB is INVALID_ARGUMENT",
    run: async (firestore) => {
      await firestore.doc("a/b").set({ t: "x".repeat(LONGEST) });
      return codeOf(() => firestore.doc("a/b").update({ "m.n": "x".repeat(1000) }));
    },
    is: 3,
  },
  {
    what: "ids that are reserved are INVALID_ARGUMENT",
    run: (firestore) => {
      const refs = [".", "..", "__x__"].map((id) => firestore.doc(`a/${id}`));
      return Promise.all([
        ...refs.map((ref) => codeOf(() => ref.get())),
        ...refs.map((ref) => codeOf(() => ref.set({}))),
      ]);
    },
    is: [3, 3, 3, 3, 3, 3],
  },
  {
    what: "an id that is too long is INVALID_ARGUMENT",
    run: async (firestore) => {
      const ref = firestore.doc(`a/${"x".repeat(1501)}`);
      return [await codeOf(() => ref.get()), await codeOf(() => ref.set({}))];
    },
    is: [3, 3],
    emulator: {
      is: [TAKEN, 3],
      why: "it finds nothing. Ids have 1,500 bytes (https://firebase.google.com/docs/firestore/quotas)",
    },
  },
  {
    what: "ids of any alphabet, and long ones, are taken",
    run: (firestore) => {
      const ids = ["Réunion-42", "🚀", "a b", "%2F", "x".repeat(1500), "a.b", "__x"];
      return Promise.all(ids.map((id) => codeOf(() => firestore.doc(`a/${id}`).set({}))));
    },
    is: Array.from({ length: 7 }, () => TAKEN),
  },
];
