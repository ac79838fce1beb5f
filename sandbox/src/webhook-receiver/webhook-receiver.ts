import { once } from "node:events";
import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import { type Answer, type Answering, accept } from "./answers.ts";

/** A message as it came, and what was answered. */
export interface ReceivedMessage {
  /** Its `webhook-id`. */
  id: string;
  headers: http.IncomingHttpHeaders;
  body: string;
  /** Whether one of the secrets signed it. */
  verified: boolean;
  status: number;
}

/** How a receiver is to be. */
export interface WebhookReceiverOptions {
  /** Key and certificate, as PEM, of one that speaks HTTPS. */
  tls?: { key: string; cert: string };
}

/** Somebody's endpoint, on this machine. */
export interface WebhookReceiver {
  url: string;
  /** Everything that came, in order. */
  received: readonly ReceivedMessage[];
  /** Believes what is signed with one of these secrets (`whsec_…`), and nothing else; none at first. */
  trust(...secrets: string[]): void;
  /** Answers messages that can be believed in this way from now on; others always get 401. */
  behave(answering: Answering): void;
  /** Breaks every connection and takes none until `revive`. */
  die(): Promise<void>;
  /** Listens again where it did. */
  revive(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a receiver that verifies with the `standardwebhooks` package, on 127.0.0.1, and accepts what it can believe. */
export async function startWebhookReceiver({
  tls,
}: WebhookReceiverOptions = {}): Promise<WebhookReceiver> {
  const received: ReceivedMessage[] = [];
  let trusted: Webhook[] = [];
  let answering: Answering = accept;
  const handle: http.RequestListener = async (request, response) => {
    const body = await text(request).catch(() => undefined);
    // The sender has left, or we are dying.
    if (body === undefined) return;
    const message = readMessage(request, body, trusted);
    const { status, headers }: Answer = message.verified ? answering() : { status: 401 };
    received.push({ ...message, status });
    response.writeHead(status, headers).end();
  };
  const server = tls ? https.createServer(tls, handle) : http.createServer(handle);
  const port = await listen(server, 0);
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${port}/hooks`,
    received,
    trust: (...secrets) => {
      trusted = secrets.map((secret) => new Webhook(secret));
    },
    behave: (next) => {
      answering = next;
    },
    die: () => close(server),
    revive: async () => void (await listen(server, port)),
    stop: () => close(server),
  };
}

function readMessage(
  { headers }: http.IncomingMessage,
  body: string,
  trusted: readonly Webhook[],
): Omit<ReceivedMessage, "status"> {
  const id = String(headers["webhook-id"]);
  const verified = trusted.some((webhook) => isSignedFor(webhook, body, headers));
  return { id, headers, body, verified };
}

/** The package throws for a message that is not to be believed. */
function isSignedFor(webhook: Webhook, body: string, headers: http.IncomingHttpHeaders): boolean {
  try {
    webhook.verify(body, headers as Record<string, string>, { jsonParse: false });
    return true;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return false;
    throw error;
  }
}

async function listen(server: http.Server, port: number): Promise<number> {
  await once(server.listen(port, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
}

async function close(server: http.Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
