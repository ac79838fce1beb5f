import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { startServer, type TestServer } from "../../bot/http-server.ts";

/** A signed request to AWS STS, as it is handed to Google to be sent. */
export interface SignedRequest {
  url: string;
  method: string;
  headers: Record<string, string>;
}

/** A request for a token, as the exchange has understood it. */
export interface Exchange {
  form: Record<string, string>;
  signed: SignedRequest;
}

/** Google, in as far as it hands out tokens and then sees them: numbered ones, `federated-1`, `account-1`. */
export class LocalGoogle {
  readonly exchanges: Exchange[] = [];
  /** What was asked of the service accounts' credentials: path, and with which token. */
  readonly impersonations: { path: string; authorization: string | undefined }[] = [];
  /** How requests to the services came authorized. */
  readonly seen: { path: string; authorization: string | undefined }[] = [];
  /** How long a token is good for. */
  lifetimeSeconds = 3600;
  /** Whether the exchange refuses. */
  refuses = false;
  #server: TestServer | undefined;

  static async start(): Promise<LocalGoogle> {
    const google = new LocalGoogle();
    google.#server = await startServer(
      (request, response) => void google.#serve(request, response),
    );
    return google;
  }

  /** `127.0.0.1:port`. */
  get address(): string {
    return new URL(this.#server?.url ?? "").host;
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url: path = "", headers } = request;
    const body = await text(request);
    const call = { path, authorization: headers.authorization };
    response.setHeader("content-type", "application/json");
    if (path === "/v1/token") this.#exchange(body, response);
    else if (path.endsWith(":generateAccessToken")) this.#impersonate(call, response);
    else {
      this.seen.push(call);
      response.end(path.includes(":batchGet") ? MISSING_DOCUMENT : "{}");
    }
  }

  #exchange(body: string, response: ServerResponse): void {
    const form = Object.fromEntries(new URLSearchParams(body));
    this.exchanges.push({ form, signed: readSigned(form["subject_token"] ?? "") });
    if (this.refuses) {
      response.writeHead(400).end(JSON.stringify({ error: "invalid_grant" }));
      return;
    }
    const token = { access_token: `federated-${this.exchanges.length}`, token_type: "Bearer" };
    response.end(JSON.stringify({ ...token, expires_in: this.lifetimeSeconds }));
  }

  #impersonate(
    call: { path: string; authorization: string | undefined },
    response: ServerResponse,
  ) {
    this.impersonations.push(call);
    const expireTime = new Date(Date.now() + this.lifetimeSeconds * 1000).toISOString();
    const accessToken = `account-${this.impersonations.length}`;
    response.end(JSON.stringify({ accessToken, expireTime }));
  }
}

/** Firestore's answer about a document that there is none of. */
const MISSING_DOCUMENT = JSON.stringify([
  {
    missing: "projects/demo-test/databases/(default)/documents/bot_instances/x",
    readTime: "2030-01-01T00:00:00Z",
  },
]);

/** https://cloud.google.com/iam/docs/workload-identity-federation-with-other-clouds: URL-encoded JSON. */
function readSigned(subjectToken: string): SignedRequest {
  const { url, method, headers } = JSON.parse(decodeURIComponent(subjectToken)) as {
    url: string;
    method: string;
    headers: { key: string; value: string }[];
  };
  return {
    url,
    method,
    headers: Object.fromEntries(headers.map(({ key, value }) => [key, value])),
  };
}
