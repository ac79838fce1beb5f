import { Timestamp } from "@google-cloud/firestore";
import type { Fields, Value } from "./values.ts";

/** The most that a document may hold. Source: https://firebase.google.com/docs/firestore/quotas#collections_documents_and_fields */
export const MAX_DOCUMENT_BYTES = 1_048_576;

const NAME_BYTES = 16;
const DOCUMENT_BYTES = 32;
const NUMBER_BYTES = 8;

/** How large a document is. Source: https://firebase.google.com/docs/firestore/storage-size */
export function sizeOfDocument(path: string, fields: Fields): number {
  const ids = path.split("/");
  const name = ids.reduce((bytes, id) => bytes + sizeOfText(id), NAME_BYTES);
  return name + sizeOfFields(fields) + DOCUMENT_BYTES;
}

function sizeOfText(text: string): number {
  return Buffer.byteLength(text) + 1;
}

function sizeOfFields(fields: Fields): number {
  let bytes = 0;
  for (const name of Object.keys(fields)) {
    bytes += sizeOfText(name) + sizeOfValue(fields[name] as Value);
  }
  return bytes;
}

function sizeOfValue(value: Value): number {
  if (typeof value === "string") return sizeOfText(value);
  if (value === null || typeof value === "boolean") return 1;
  if (typeof value === "number" || value instanceof Timestamp) return NUMBER_BYTES;
  if (value instanceof Uint8Array) return value.byteLength;
  if (Array.isArray(value)) {
    return (value as readonly Value[]).reduce<number>((sum, item) => sum + sizeOfValue(item), 0);
  }
  return sizeOfFields(value as Fields);
}
