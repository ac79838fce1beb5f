/**
 * A Firestore in memory, for tests in which our adapters run many thousand times, and in which the test
 * decides in what order concurrent tasks go on.
 *
 *     const database = new MemoryDatabase({ now: () => clock, onWrite: (event) => events.push(event) });
 *     const firestore = openMemoryFirestore(database, (step) => scheduler.schedule(Promise.resolve()));
 *     const store = new FirestoreBotInstanceStore(firestore, NAMING, RULES);
 *
 * - Each read, query and commit waits for its client's gate (`Gate`), and is then taken in one turn. A
 *   gate can kill a task before a step, or lose the answer to one that was taken (`lostAnswer`). Several
 *   clients of one database have gates of their own: one for each task, none for who only looks.
 * - Nothing sleeps, and nothing is random: the clock is the test's, minted ids are counted. Commits are
 *   stamped a microsecond apart at least, and no read is earlier than the last commit.
 * - `onWrite` is told of each document that has changed, as triggers are; not of a write that changes
 *   nothing (https://firebase.google.com/docs/functions/firestore-events).
 * - What is stored is frozen, and what is read is what is stored: to change it throws.
 *
 * What it does is compared with the emulator, row by row (`conformance/`). What needs an index of several
 * fields is refused as in production; nothing asks for the indexes of collection groups, for fields that
 * have no index by `firestore.indexes.json`, or for more than 40,000 entries of one document. There are no
 * transactions, listeners, aggregations, field paths as objects, and no transforms but the removal of a
 * field; nor geographical points, references and vectors as values. The members for these are missing, or
 * throw.
 */
import type { Firestore } from "@google-cloud/firestore";
import { status } from "@grpc/grpc-js";
import { MemoryFirestore } from "./client.ts";
import type { MemoryDatabase } from "./database.ts";
import { ServiceError } from "./errors.ts";
import type { Gate } from "./gate.ts";

export { type Counts, type DatabaseOptions, MemoryDatabase, type WriteEvent } from "./database.ts";
export { ServiceError } from "./errors.ts";
export type { Gate, Step } from "./gate.ts";
export type { Fields, Value } from "./values.ts";

/**
 * A client of a database in memory; several of one database have a gate each.
 *
 * The cast: it has only those members of `Firestore` that our adapters call. Another one is not there,
 * so that calling it fails at once, rather than doing what the service would not.
 */
export function openMemoryFirestore(database: MemoryDatabase, gate?: Gate): Firestore {
  return new MemoryFirestore(database, gate) as unknown as Firestore;
}

/** For a gate: the answer to a commit that was made is lost. */
export function lostAnswer(code: status = status.UNAVAILABLE): Error {
  return new ServiceError(code, "The answer was lost on its way.");
}
