import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Call } from "../../../src/launchers/gke/calls.ts";

/** What the server does with a request. */
export type Answer =
  | { status: number; body: unknown }
  /** Nothing, for as long as the client waits. */
  | "silence"
  /** The connection breaks once the request is there. */
  | "break";

/** A request that has come. */
export interface Seen {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: IncomingMessage["headers"];
  body: unknown;
}

/** Answers the requests of a Kubernetes client, each as a test has said before, and keeps what it was asked. */
export class ScriptedKubernetes {
  readonly seen: Seen[] = [];
  readonly #answers: Answer[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => this.#serve(request, response));
  }

  static async start(): Promise<ScriptedKubernetes> {
    const kubernetes = new ScriptedKubernetes();
    kubernetes.#server.listen(0, "127.0.0.1");
    await once(kubernetes.#server, "listening");
    return kubernetes;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** Host and port. */
  get address(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `127.0.0.1:${port}`;
  }

  /** Sets the answers to the next requests, in their order; what was left of others is forgotten. */
  answer(...answers: Answer[]): void {
    this.#answers.splice(0, this.#answers.length, ...answers);
    this.seen.length = 0;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const { method = "", headers } = request;
    const sent = await text(request);
    const body = sent && JSON.parse(sent);
    const query = Object.fromEntries(searchParams);
    this.seen.push({ method, path: pathname, query, headers, body });
    const answer = this.#answers.shift() ?? status(500, "Unexpected", "nobody expected this");
    if (answer === "silence") return;
    if (answer === "break") return void request.socket.destroy();
    const isText = typeof answer.body === "string";
    response.writeHead(answer.status, {
      "content-type": isText ? "text/html" : "application/json",
    });
    response.end(isText ? answer.body : JSON.stringify(answer.body));
  }
}

/** What Kubernetes answers to what it does not do. */
export function status(code: number, reason: string, message: string): Answer {
  const body = { apiVersion: "v1", kind: "Status", status: "Failure", code, reason, message };
  return { status: code, body };
}

/** A page of a list, and how to ask for the next one. */
export function page(items: unknown[], next = ""): Answer {
  return { status: 200, body: { metadata: { resourceVersion: "1", continue: next }, items } };
}

const VERBS: Readonly<Record<string, [collection: string, item: string]>> = {
  GET: ["list", "get"],
  POST: ["create", ""],
  DELETE: ["deletecollection", "delete"],
};

/** A request in the words of RBAC, which depend on whether the path names one object. */
export function callOf({ method, path }: Seen): Call {
  const match = /^\/(?:api|apis\/([^/]+))\/v1\/namespaces\/[^/]+\/([^/]+)(\/[^/]+)?$/.exec(path);
  const [, apiGroup = "", resource = path, item] = match ?? [];
  return { apiGroup, resource, verb: VERBS[method]?.[item ? 1 : 0] ?? method };
}
