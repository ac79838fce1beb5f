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
