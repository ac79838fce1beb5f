import { randomUUID } from "node:crypto";
import type { Received, Reply } from "./http.ts";

/** The operations that are served. */
export const OPERATIONS = ["RunTask", "DescribeTasks", "ListTasks", "StopTask"] as const;

export type Operation = (typeof OPERATIONS)[number];

/** A refusal in the service's manner: `type` is the exception's name, `details` its members besides `message`. */
export type Refusal = {
  ok: false;
  type: string;
  message: string;
  status: number;
  details?: object;
};

/** What an operation answers. */
export type Answer = { ok: true; value: object } | Refusal;

/** The content type of the AWS JSON 1.1 protocol. */
const CONTENT_TYPE = "application/x-amz-json-1.1";

/** The service's name in `X-Amz-Target`. */
const TARGET = "AmazonEC2ContainerServiceV20141113";

/** A refusal; 400, as for everything that is the caller's fault in this protocol, access denied included. */
export function refuse(type: string, message: string, details: object = {}): Refusal {
  return { ok: false, type, message, status: 400, details };
}

/** The usual refusal of a parameter. */
export function invalid(message: string): Refusal {
  return refuse("InvalidParameterException", message);
}

/** Which operation a request calls and with what, or why it is none. */
export function parseCall(
  request: Received,
): { ok: true; operation: Operation; input: unknown } | Refusal {
  const [service, name] = String(request.headers["x-amz-target"]).split(".");
  const operation = OPERATIONS.find((known) => known === name);
  if (request.method !== "POST" || request.path !== "/" || service !== TARGET || !operation) {
    return refuse("UnknownOperationException", `${name} is not served here.`);
  }
  if (request.headers["content-type"] !== CONTENT_TYPE) {
    return refuse("SerializationException", `The content type must be ${CONTENT_TYPE}.`);
  }
  try {
    return { ok: true, operation, input: JSON.parse(request.body) };
  } catch (error) {
    return refuse("SerializationException", String(error));
  }
}

/** An answer as the protocol writes it. */
export function toReply(answer: Answer): Reply {
  const headers = { "Content-Type": CONTENT_TYPE, "x-amzn-RequestId": randomUUID() };
  if (answer.ok) return { status: 200, headers, body: JSON.stringify(answer.value) };
  const { type: __type, message, details } = answer;
  return {
    status: answer.status,
    headers,
    body: JSON.stringify({ __type, message, ...details }),
  };
}
