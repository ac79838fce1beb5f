import type { IncomingMessage, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { type LoopbackServer, startLoopback } from "./loopback-server.ts";

/** One call as it came over the wire. */
export interface EcsCall {
  /** Such as `RunTask`. */
  action: string;
  input: Record<string, unknown>;
  authorization: string;
  /** The session token that the call was signed with. */
  sessionToken: string;
}

/** What to answer: a status and a body, or nothing at all, or a broken connection. */
export type Answer = { status?: number; body: object } | "silence" | "reset";

/** Speaks ECS's protocol (AWS JSON 1.1), and says what it was told to say, in that order. */
export class ScriptedEcs {
  readonly calls: EcsCall[] = [];
  readonly #answers: Answer[] = [];
  #server: LoopbackServer | undefined;

  static async start(): Promise<ScriptedEcs> {
    const ecs = new ScriptedEcs();
    ecs.#server = await startLoopback((request, response) => void ecs.#serve(request, response));
    return ecs;
  }

  get address(): string {
    return this.#server?.address ?? "";
  }

  /** Forgets the calls, and answers the next ones so. */
  script(...answers: Answer[]): void {
    this.calls.length = 0;
    this.#answers.splice(0, this.#answers.length, ...answers);
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [service, action = ""] = String(request.headers["x-amz-target"]).split(".");
    if (service !== "AmazonEC2ContainerServiceV20141113") throw new Error(`asked for ${service}`);
    this.calls.push({
      action,
      input: (await json(request)) as Record<string, unknown>,
      authorization: request.headers.authorization ?? "",
      sessionToken: String(request.headers["x-amz-security-token"] ?? ""),
    });
    const answer = this.#answers.shift() ?? { status: 500, body: { message: "not scripted" } };
    if (answer === "silence") return;
    if (answer === "reset") request.socket.resetAndDestroy();
    else {
      response.writeHead(answer.status ?? 200, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(answer.body));
    }
  }
}

/** An exception as ECS answers with it. */
export function exception(name: string, message: string, more: object = {}, status = 400): Answer {
  return { status, body: { __type: name, message, ...more } };
}
