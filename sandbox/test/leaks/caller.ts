import { createHmac } from "node:crypto";
import type { Sandbox } from "../../src/sandbox.ts";
import { readFields } from "./places.ts";
import type { Place } from "./search.ts";

const REGION = "us-central1";

/** What a function has answered. */
export interface Answer {
  status: number;
  /** Of its JSON; empty where it is none. */
  body: Record<string, unknown>;
  text: string;
}

/** Asks functions, and keeps all that they answer. */
export class Caller {
  readonly places: Place[] = [];
  readonly #sandbox: Sandbox;

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  /** Asks the API; `as` is what the answer is called among the places. */
  api(as: string, token: string, path: string, more: RequestInit = {}): Promise<Answer> {
    const authorization = `Bearer ${token}`;
    return this.#ask(as, `api/v1/${path}`, {
      ...more,
      headers: { authorization, "content-type": "application/json", ...more.headers },
    });
  }

  /** Posts a notice of a recording, signed with a secret. */
  notice(secret: string, notice: object): Promise<Answer> {
    const body = JSON.stringify(notice);
    const signature = createHmac("sha256", secret).update(body).digest("hex");
    const headers = { "content-type": "application/json", "x-webhook-signature": signature };
    return this.#ask("notice", "recordingComplete", { method: "POST", headers, body });
  }

  async #ask(as: string, path: string, init: RequestInit): Promise<Answer> {
    const { functionsUrl, projectId } = this.#sandbox;
    const response = await fetch(`${functionsUrl}/${projectId}/${REGION}/${path}`, init);
    const text = await response.text();
    const isJson = /json/.test(response.headers.get("content-type") ?? "");
    const body = isJson ? JSON.parse(text) : {};
    const headers = Object.fromEntries(response.headers);
    this.places.push(...readFields(`answer ${as}`, isJson ? body : text));
    this.places.push(...readFields(`answer ${as} (headers)`, headers));
    return { status: response.status, body, text };
  }
}
