import { request } from "node:http";
import { text } from "node:stream/consumers";
import { protobuf } from "google-gax";
import type { FirestoreEvent } from "./written-event.ts";

/** A CloudEvent in binary mode: its attributes are headers, its content is the body. */
export interface BinaryMessage {
  /** As Node has them, a character for each byte: the bytes are UTF-8. */
  headers: Record<string, string>;
  body: Buffer;
}

/** Source of the numbers: google/events/cloud/firestore/v1/data.proto. */
const NESTED = {
  DocumentEventData: {
    fields: { value: { type: "Document", id: 1 }, oldValue: { type: "Document", id: 2 } },
  },
  Document: {
    fields: {
      name: { type: "string", id: 1 },
      fields: { keyType: "string", type: "Value", id: 2 },
      createTime: { type: "Timestamp", id: 3 },
      updateTime: { type: "Timestamp", id: 4 },
    },
  },
  Value: {
    fields: {
      booleanValue: { type: "bool", id: 1 },
      mapValue: { type: "MapValue", id: 6 },
      timestampValue: { type: "Timestamp", id: 10 },
      stringValue: { type: "string", id: 17 },
    },
  },
  MapValue: { fields: { fields: { keyType: "string", type: "Value", id: 1 } } },
  Timestamp: {
    fields: { seconds: { type: "int64", id: 1 }, nanos: { type: "int32", id: 2 } },
  },
};
const CONTENT = protobuf.Root.fromJSON({ nested: NESTED }).lookupType("DocumentEventData");

/**
 * An event in the form in which Eventarc delivers it: binary mode, the content in protobuf, and the
 * document's path in the header `ce-document` as the raw bytes of its UTF-8.
 */
export function binaryMessage({
  data,
  datacontenttype: _,
  ...event
}: FirestoreEvent): BinaryMessage {
  const attributes = Object.entries(event).map(([name, value]) => [
    `ce-${name}`,
    Buffer.from(String(value), "utf8").toString("latin1"),
  ]);
  return {
    headers: { ...Object.fromEntries(attributes), "content-type": "application/protobuf" },
    body: Buffer.from(CONTENT.encode(CONTENT.fromObject(toProtobuf(data))).finish()),
  };
}

/**
 * Delivers a message to a function of the functions emulator; the status of its answer. The emulator
 * wants protobuf in base64, as its Firestore sends it, and hands the function the bytes.
 */
export async function deliverBinary(
  url: string,
  { headers, body }: BinaryMessage,
  timeoutMs: number,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  // Not `fetch`, which refuses a header whose bytes are no Latin-1 text.
  const call = request(url, { method: "POST", headers, signal: AbortSignal.timeout(timeoutMs) });
  call.on("response", (response) => {
    text(response).then(() => resolve(response.statusCode ?? 0), reject);
  });
  call.on("error", reject);
  call.end(body.toString("base64"));
  return promise;
}

/** The same content with its instants as protobuf has them. */
function toProtobuf(value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, convert(name, part)]),
  );
}

function convert(name: string, value: unknown): unknown {
  const isTime = /^(createTime|updateTime|timestampValue)$/.test(name) && typeof value === "string";
  if (isTime) {
    const ms = Date.parse(value);
    return { seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1_000_000 };
  }
  return typeof value === "object" && value !== null ? toProtobuf(value) : value;
}
