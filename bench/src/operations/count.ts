import type { Firestore } from "@google-cloud/firestore";
import { BOT_EVENTS } from "@meeting-bot/core";

/** Documents read and written; the history apart. */
export interface Operations {
  reads: number;
  writes: number;
  history: number;
}

/** An entry that was added to an instance's history. */
export interface Entry {
  instanceId: string;
  fields: Readonly<Record<string, unknown>>;
}

/** What goes through a client from now on. */
export interface Counter {
  operations: Operations;
  /** Entries of histories, until they are taken out: each is an event. */
  entries: Entry[];
}

/** Counts, at the client, what is read by getting and by asking, and what is written in batches. */
export function countOperations(firestore: Firestore): Counter {
  const counter: Counter = { operations: { reads: 0, writes: 0, history: 0 }, entries: [] };
  const { operations } = counter;
  const getAll = firestore.getAll.bind(firestore);
  firestore.getAll = (...args: Parameters<typeof getAll>) => {
    operations.reads += args.filter((arg) => "path" in arg).length;
    return getAll(...args);
  };
  const newBatch = firestore.batch.bind(firestore);
  firestore.batch = () => {
    const batch = newBatch();
    for (const verb of ["create", "update", "set", "delete"] as const) {
      const write = batch[verb].bind(batch) as (...args: unknown[]) => typeof batch;
      batch[verb] = (ref: { path: string }, ...rest: unknown[]) => {
        noteWrite(counter, ref.path, rest[0]);
        return write(ref, ...rest);
      };
    }
    return batch;
  };
  countQueries(firestore, operations);
  return counter;
}

function noteWrite({ operations, entries }: Counter, path: string, fields: unknown): void {
  const [, instanceId = "", collection] = path.split("/");
  if (collection !== BOT_EVENTS) {
    operations.writes += 1;
    return;
  }
  operations.history += 1;
  entries.push({ instanceId, fields: fields as Entry["fields"] });
}

/** A query is charged for what it finds, and once when it finds nothing. */
function countQueries(firestore: Firestore, operations: Operations): void {
  const query = Object.getPrototypeOf(firestore.collection("none").limit(1)) as {
    get(): Promise<{ size: number }>;
  };
  const { get } = query;
  query.get = async function count(this: typeof query) {
    const found = await get.call(this);
    operations.reads += Math.max(1, found.size);
    return found;
  };
}
