import type { DocumentData, Firestore } from "@google-cloud/firestore";

/** One thing that the service does. */
export interface Row {
  /** What does so, in words. */
  what: string;
  run(firestore: Firestore): Promise<unknown>;
  /** What comes of it. */
  is: unknown;
  /** Where the emulator does otherwise than production: what it does, and how that is known. */
  emulator?: { is: unknown; why: string };
}

/** What the client refuses by itself. */
export const BY_CLIENT = "refused by the client";
/** No error at all. */
export const TAKEN = "taken";

/** The gRPC code of a refusal. */
export async function codeOf(act: () => Promise<unknown>): Promise<unknown> {
  try {
    await act();
    return TAKEN;
  } catch (error) {
    return (error as { code?: unknown }).code ?? BY_CLIENT;
  }
}

/** What a document holds. */
export async function fieldsOf(
  firestore: Firestore,
  path = "a/b",
): Promise<DocumentData | undefined> {
  return (await firestore.doc(path).get()).data();
}

/** The fields of a document that was written so, and then changed. */
export async function after(
  firestore: Firestore,
  fields: DocumentData,
  change: DocumentData,
): Promise<DocumentData | undefined> {
  const ref = firestore.doc("a/b");
  await ref.set(fields);
  await ref.update(change);
  return fieldsOf(firestore);
}

/** Maps inside each other, so many below the fields of the document. */
export function nested(levels: number): DocumentData {
  return levels === 0 ? { x: 1 } : { x: nested(levels - 1) };
}
