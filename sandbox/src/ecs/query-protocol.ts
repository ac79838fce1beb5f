import { randomUUID } from "node:crypto";
import type { Reply } from "./http.ts";

const NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";

/** The elements of an XML answer; a nested one holds others. */
export type Elements = { [name: string]: string | Elements };

/** A refusal: STS's error code, its HTTP status and a sentence. */
export type Denial = { ok: false; status: number; code: string; message: string };

/** A refusal that is the caller's fault. */
export function deny(code: string, message: string, status = 400): Denial {
  return { ok: false, status, code, message };
}

/** The answer of an action in the AWS query protocol. */
export function answerAction(action: string, result: Elements): Reply {
  return xml(200, `${action}Response`, {
    [`${action}Result`]: result,
    ResponseMetadata: { RequestId: randomUUID() },
  });
}

/** A refusal in the AWS query protocol. */
export function answerDenial({ status, code, message }: Denial): Reply {
  return xml(status, "ErrorResponse", {
    Error: { Type: "Sender", Code: code, Message: message },
    RequestId: randomUUID(),
  });
}

function xml(status: number, root: string, content: Elements): Reply {
  return {
    status,
    headers: { "Content-Type": "text/xml" },
    body: `<${root} xmlns="${NAMESPACE}">${write(content)}</${root}>`,
  };
}

function write(elements: Elements): string {
  return Object.entries(elements)
    .map(([name, value]) => {
      const content = typeof value === "string" ? escapeText(value) : write(value);
      return `<${name}>${content}</${name}>`;
    })
    .join("");
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
