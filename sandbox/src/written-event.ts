import { randomUUID } from "node:crypto";

/** A value of a document's field; instants are dates. */
export type FieldValue = string | boolean | Date | { readonly [name: string]: FieldValue };

/** The fields of a document. */
export type EventFields = Readonly<Record<string, FieldValue>>;

/** A document as an event has it, in the JSON of protobuf. */
export interface EventDocument {
  name: string;
  fields: Record<string, object>;
  createTime: string;
  updateTime: string;
}

/** An event of Firestore in JSON. */
export interface FirestoreEvent {
  type: string;
  source: string;
  subject: string;
  document: string;
  database: string;
  project: string;
  time: string;
  [attribute: string]: unknown;
  data: { value?: EventDocument; oldValue?: EventDocument };
}

/** What happened to the document: it was made or written, or it is gone. */
export type Happening = "written" | "created" | "deleted";

/**
 * The event of a document that was made with such fields, or that had them until it was deleted, as
 * Eventarc delivers it to a function in JSON. Source of its shape:
 * google.events.cloud.firestore.v1.DocumentEventData.
 */
export function writtenEvent(
  projectId: string,
  path: string,
  fields: EventFields,
  happening: Happening = "written",
): FirestoreEvent {
  const database = `projects/${projectId}/databases/(default)`;
  const time = new Date().toISOString();
  const document = {
    name: `${database}/documents/${path}`,
    fields: encodeAll(fields),
    createTime: time,
    updateTime: time,
  };
  // A trigger of writes hears of a deletion as of any other write.
  const type = happening === "created" ? "created" : "written";
  return {
    specversion: "1.0",
    id: randomUUID(),
    type: `google.cloud.firestore.document.v1.${type}`,
    source: `//firestore.googleapis.com/${database}`,
    subject: `documents/${path}`,
    document: path,
    database: "(default)",
    namespace: "(default)",
    project: projectId,
    location: "us-central1",
    time,
    datacontenttype: "application/json",
    data: happening === "deleted" ? { oldValue: document } : { value: document },
  };
}

function encodeAll(fields: EventFields): Record<string, object> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, encode(value)]));
}

function encode(value: FieldValue): object {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { booleanValue: value };
  if (value instanceof Date) return { timestampValue: value.toISOString() };
  return { mapValue: { fields: encodeAll(value as EventFields) } };
}
