import type { DocumentReference, DocumentSnapshot } from "@google-cloud/firestore";
import { MINUTE } from "@meeting-bot/core";

/** In the sandbox the manager reports every second, and the sweep looks every few: so much silence is a fault. */
const SILENCE_MS = 3 * MINUTE;

/**
 * The first value that `find` finds in the states of a document. Rejects when `signal` is aborted,
 * or when nothing happens to the document for three minutes.
 */
export async function waitForDocument<T>(
  ref: DocumentReference,
  find: (snapshot: DocumentSnapshot) => T | undefined,
  signal?: AbortSignal,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const giveUp = () => reject(new Error(`Nothing happened to ${ref.path} for three minutes.`));
  const silence = setTimeout(giveUp, SILENCE_MS);
  const stop = () => reject(signal?.reason);
  signal?.addEventListener("abort", stop, { once: true });
  const unsubscribe = ref.onSnapshot((snapshot) => {
    silence.refresh();
    const found = find(snapshot);
    if (found !== undefined) resolve(found);
  }, reject);
  try {
    return await promise;
  } finally {
    unsubscribe();
    clearTimeout(silence);
    signal?.removeEventListener("abort", stop);
  }
}
