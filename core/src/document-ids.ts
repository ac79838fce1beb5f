/** Source: https://firebase.google.com/docs/firestore/quotas#collections_documents_and_fields */
const UNUSABLE_ID = /^$|^\.\.?$|^__.*__$|\//s;
const MAX_ID_BYTES = 1500;

/**
 * Whether a text may be a document's id; it may be whatever a user wrote. Control characters, which
 * Firestore would take, are refused: an id becomes an environment variable, and part of a path.
 */
export function isDocumentId(id: string): boolean {
  const isReadable = id.isWellFormed() && !/\p{Cc}/u.test(id);
  return isReadable && !UNUSABLE_ID.test(id) && Buffer.byteLength(id) <= MAX_ID_BYTES;
}

/** Whether a text may be the path of a document: pairs of a collection's id and a document's. */
export function isDocumentPath(path: string): boolean {
  const ids = path.split("/");
  return ids.length % 2 === 0 && ids.every(isDocumentId);
}
