import type { Firestore, Query } from "@google-cloud/firestore";
import { codeOf, type Row, TAKEN } from "./row.ts";

const INDEX =
  "it needs no index. Production has the automatic ones of one field each, ascending and descending, " +
  "and merges those of equalities (https://firebase.google.com/docs/firestore/query-data/index-overview)";

/** What is found without an index of several fields, and what is not. */
export const INDEXES: readonly Row[] = [
  {
    what: "equalities go together, with the order of names, without an index",
    run: (firestore) =>
      codeOf(() =>
        firestore
          .collection("a")
          .where("x", "==", 1)
          .where("y", "in", [1])
          .orderBy("__name__")
          .get(),
      ),
    is: TAKEN,
  },
  ...[
    (a: Query) => a.where("x", "==", 1).where("y", "<=", 1),
    (a: Query) => a.where("x", "array-contains", 1).orderBy("y"),
    (a: Query) => a.orderBy("x").orderBy("y"),
    (a: Query) => a.where("x", "==", 1).orderBy("__name__", "desc"),
    (a: Query) => a.orderBy("x").orderBy("__name__", "desc"),
  ].map((ask, n) => ({
    what: `what needs an index of several fields is FAILED_PRECONDITION (${n + 1})`,
    run: (firestore: Firestore) => codeOf(() => ask(firestore.collection("a")).get()),
    is: 9,
    emulator: { is: TAKEN, why: INDEX },
  })),
];
