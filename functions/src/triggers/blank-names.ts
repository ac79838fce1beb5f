import type { CloudEvent, CloudFunction } from "firebase-functions/v2";

/**
 * A trigger that also takes the writes and deletions of a document whose name is nothing but blanks. The
 * header that has its path ends with the slash before them then, and firebase-functions refuses to make
 * the snapshot of what was not there of it (firebase-functions#1922). Nobody reads the name of that one.
 */
export function takingBlankNames<E extends CloudEvent<unknown>>(
  trigger: CloudFunction<E>,
): CloudFunction<E> {
  const tolerant = (event: CloudEvent<unknown> & { document?: string }) =>
    trigger({ ...event, document: event.document?.replace(/\/$/, "/-") } as CloudEvent<unknown>);
  return Object.assign(tolerant, trigger);
}
