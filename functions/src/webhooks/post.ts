import * as dns from "node:dns";
import * as http from "node:http";
import * as https from "node:https";
import { SECOND } from "@meeting-bot/core";
import { checkedLookup, ForbiddenAddressError, type Resolve } from "./checked-lookup.ts";
import { checkEndpointUrl, mayReach, NOT_PUBLIC } from "./endpoint-url.ts";

/** What is posted, and where. */
export interface Message {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** What came of posting; `problem` is a sentence that holds nothing of the URL. */
export type PostOutcome =
  | { kind: "answered"; statusCode: number; retryAfter?: string | undefined }
  | { kind: "unreachable"; problem: string };

/** Where may be posted to, and how long it may take. */
export interface PostRules {
  /** Allows `http` and this machine: for the emulator only. */
  allowLocal: boolean;
  timeoutMs?: number;
  resolve?: Resolve;
}

/** For name, connection, request and answer together; Standard Webhooks recommends 15 to 30 seconds. */
const TIMEOUT_MS = 20 * SECOND;
/** A receiver that says more than a few words is cut off. */
const MAX_ANSWER_BYTES = 4096;

/**
 * Posts a message once. Sends only to public addresses, decided on what the host's name resolves to
 * now, follows no redirect, and reads nothing of the answer but its status and `Retry-After`.
 */
export async function post(message: Message, rules: PostRules): Promise<PostOutcome> {
  const checked = checkEndpointUrl(message.url, rules.allowLocal);
  if (!checked.ok) return { kind: "unreachable", problem: checked.problem };
  const { timeoutMs = TIMEOUT_MS } = rules;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await send(checked.url, message, rules, signal);
    // The status is all that counts: whatever the rest of the answer does is no failure.
    await Promise.allSettled([discard(answer)]);
    const { statusCode = 0, headers } = answer;
    return { kind: "answered", statusCode, retryAfter: headers["retry-after"] };
  } catch (error) {
    const late = `There was no answer within ${timeoutMs / SECOND} seconds.`;
    return { kind: "unreachable", problem: signal.aborted ? late : problemOf(error) };
  }
}

function send(
  url: URL,
  { headers, body }: Message,
  { allowLocal, resolve = dns.lookup }: PostRules,
  signal: AbortSignal,
): Promise<http.IncomingMessage> {
  const { request } = url.protocol === "https:" ? https : http;
  const outgoing = request(url, {
    method: "POST",
    headers,
    signal,
    // A connection of its own: one that is kept was checked some time ago, a proxy's is not checked.
    agent: false,
    lookup: checkedLookup(resolve, (address) => mayReach(address, allowLocal)),
  });
  return new Promise((answer, reject) => {
    outgoing.on("response", answer);
    // Stays: a connection may still break after the answer has begun.
    outgoing.on("error", reject);
    // Who changes the protocol unasked (101) is left by Node without a response and without an error.
    outgoing.on("close", () => reject(new Error("The connection has ended without an answer.")));
    outgoing.end(body);
  });
}

async function discard(answer: AsyncIterable<Buffer>): Promise<void> {
  let bytes = 0;
  for await (const chunk of answer) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) return;
  }
}

/** Tells a failure by its code: messages of the network hold addresses, those of TLS the other side's words. */
function problemOf(error: unknown): string {
  if (error instanceof ForbiddenAddressError) return NOT_PUBLIC;
  const code = error instanceof Error && "code" in error ? String(error.code) : "no answer";
  return `The connection failed: ${code}.`;
}
