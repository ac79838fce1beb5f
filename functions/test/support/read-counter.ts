import {
  DocumentReference,
  type Firestore,
  Query,
  QuerySnapshot,
  type Transaction,
} from "@google-cloud/firestore";

/** How many documents were read, as Firestore bills them: a query that finds nothing is one. */
export interface ReadCounter {
  reads: number;
}

/** Counts what is read by way of `firestore.collection` and `firestore.runTransaction` from now on. */
export function countReads(firestore: Firestore): ReadCounter {
  const counter = { reads: 0 };
  const collection = firestore.collection.bind(firestore);
  firestore.collection = (path) => counting(collection(path), counter);
  const runTransaction = firestore.runTransaction.bind(firestore);
  firestore.runTransaction = (body, ...options) =>
    runTransaction((transaction) => body(counting(transaction, counter)), ...options);
  return counter;
}

/** Passes every call on, and counts what `get` and `getAll` give; what leads to further reads is wrapped too. */
function counting<T extends Query | DocumentReference | Transaction>(
  readable: T,
  counter: ReadCounter,
): T {
  return new Proxy(readable, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        const result: unknown = Reflect.apply(member, target, args);
        if (name === "get" || name === "getAll") return counted(result, counter);
        const isReadable = result instanceof Query || result instanceof DocumentReference;
        return isReadable ? counting(result, counter) : result;
      };
    },
  });
}

async function counted(reading: unknown, counter: ReadCounter): Promise<unknown> {
  const result = await reading;
  if (result instanceof QuerySnapshot) counter.reads += Math.max(1, result.size);
  else counter.reads += Array.isArray(result) ? result.length : 1;
  return result;
}
