import { invalid } from "./errors.ts";

const RESERVED = /^(?:\.\.?|__.*__)$/s;
const MAX_ID_BYTES = 1500;

/** The ids of a path, as the client splits one. */
export function idsOf(path: string): string[] {
  if (typeof path !== "string" || path === "") throw new Error("Path must be a non-empty string.");
  if (path.includes("//")) throw new Error("Paths must not contain //.");
  return path.split("/").filter((id) => id !== "");
}

/** The path of a document; the client refuses one of an odd number of ids. */
export function documentPath(path: string): string {
  const ids = idsOf(path);
  if (ids.length % 2 === 0) return ids.join("/");
  throw new Error(`Your path does not contain an even number of components: "${path}".`);
}

/** The path of a collection; the client refuses one of an even number of ids. */
export function collectionPath(path: string): string {
  const ids = idsOf(path);
  if (ids.length % 2 === 1) return ids.join("/");
  throw new Error(`Your path does not contain an odd number of components: "${path}".`);
}

/** What is before the last id; empty for one id alone. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** The last id of a path. */
export function lastIdOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/**
 * Refuses names that the service refuses when it is asked for them.
 * Source: https://firebase.google.com/docs/firestore/quotas#collections_documents_and_fields
 */
export function checkName(path: string): void {
  if (!path.includes("__") && !path.includes(".") && path.length * 3 <= MAX_ID_BYTES) return;
  for (const id of path.split("/")) {
    if (RESERVED.test(id)) throw invalid(`The id "${id}" is reserved.`);
    if (Buffer.byteLength(id) > MAX_ID_BYTES) throw invalid("An id is longer than 1500 bytes.");
  }
}

/** Scatters what is counted over 32 bits, each number once. */
const SCATTER = 2654435761;
const DIGITS = 7;
const FILLING = "AutoIdAutoIdA";

/**
 * The id that the client would mint at random: 20 letters and digits, in no order, never the same; and
 * the same ones each time a test is run.
 */
export function mintedId(count: number): string {
  const scattered = Number((BigInt(count) * BigInt(SCATTER)) & 0xffff_ffffn);
  return scattered.toString(36).padStart(DIGITS, "0") + FILLING;
}
