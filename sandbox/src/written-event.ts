import { randomUUID } from "node:crypto";

/**
 * The event of a document that was made with such fields, texts and instants, as Eventarc delivers it
 * to a function in JSON. Source of its shape: google.events.cloud.firestore.v1.DocumentEventData.
 */
export function writtenEvent(
  projectId: string,
  path: string,
  fields: Readonly<Record<string, string | Date>>,
): object {
  const database = `projects/${projectId}/databases/(default)`;
  const time = new Date().toISOString();
  const value = {
    name: `${database}/documents/${path}`,
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, encode(value)]),
    ),
    createTime: time,
    updateTime: time,
  };
  return {
    specversion: "1.0",
    id: randomUUID(),
    type: "google.cloud.firestore.document.v1.written",
    source: `//firestore.googleapis.com/${database}`,
    subject: `documents/${path}`,
    document: path,
    database: "(default)",
    namespace: "(default)",
    project: projectId,
    location: "us-central1",
    time,
    datacontenttype: "application/json",
    data: { value },
  };
}

function encode(value: string | Date): object {
  return typeof value === "string"
    ? { stringValue: value }
    : { timestampValue: value.toISOString() };
}
