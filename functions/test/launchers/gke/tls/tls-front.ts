import { once } from "node:events";
import { request as ask, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { status } from "../scripted-kubernetes.ts";
import type { Identity } from "./certificates.ts";

/** What stands before a cluster: speaks TLS, and hands on what shows the right token. */
export class TlsFront {
  /** The bearer token that is good at the moment. */
  token = "";
  /** The `Authorization` of each request so far. */
  readonly shown: (string | undefined)[] = [];
  readonly #server: Server;
  readonly #target: string;

  private constructor(target: string, identity: Identity) {
    this.#target = target;
    this.#server = createServer(identity, (request, response) => this.#serve(request, response));
  }

  /** Starts one before the server at a URL. */
  static async start(target: string, identity: Identity): Promise<TlsFront> {
    const front = new TlsFront(target, identity);
    front.#server.listen(0, "127.0.0.1");
    await once(front.#server, "listening");
    return front;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { authorization, ...headers } = request.headers;
    this.shown.push(authorization);
    if (authorization === `Bearer ${this.token}`) this.#handOn(request, headers, response);
    else refuse(response);
  }

  #handOn(
    request: IncomingMessage,
    headers: IncomingMessage["headers"],
    response: ServerResponse,
  ): void {
    const url = new URL(request.url ?? "/", this.#target);
    const onward = ask(url, { method: request.method, headers });
    onward.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  }
}

/** As the API server does it. */
function refuse(response: ServerResponse): void {
  response.writeHead(401, { "content-type": "application/json" });
  const refusal = status(401, "Unauthorized", "Unauthorized");
  response.end(typeof refusal === "object" ? JSON.stringify(refusal.body) : "");
}
