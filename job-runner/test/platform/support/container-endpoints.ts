import type { IncomingMessage, ServerResponse } from "node:http";
import { startServer, type TestServer } from "../../bot/http-server.ts";

/** What answers an ECS task's containers: who they are, and the credentials of their role, numbered. */
export class ContainerEndpoints {
  /** The paths that were asked for, each with what was shown there. */
  readonly asked: { path: string; authorization: string | undefined }[] = [];
  /** How long what is handed out is good for. */
  lifetimeSeconds = 6 * 3600;
  /** What to answer instead. */
  answer: ((response: ServerResponse) => void) | undefined;
  #server: TestServer | undefined;

  static async start(): Promise<ContainerEndpoints> {
    const endpoints = new ContainerEndpoints();
    endpoints.#server = await startServer((request, response) =>
      endpoints.#serve(request, response),
    );
    return endpoints;
  }

  get url(): string {
    return this.#server?.url ?? "";
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }

  #serve({ url: path = "", headers }: IncomingMessage, response: ServerResponse): void {
    this.asked.push({ path, authorization: headers.authorization });
    if (this.answer) this.answer(response);
    else if (path === "/v4/me/task") response.end(JSON.stringify({ TaskARN: "arn:of:this:task" }));
    else if (path === "/role") response.end(JSON.stringify(this.#credentials()));
    else response.writeHead(404).end();
  }

  #credentials(): object {
    const count = this.asked.length;
    return {
      RoleArn: "arn:aws:iam::123456789012:role/task",
      AccessKeyId: `ASIA${count}`,
      SecretAccessKey: `secret-${count}`,
      Token: `session-${count}`,
      Expiration: new Date(Date.now() + this.lifetimeSeconds * 1000).toISOString(),
    };
  }
}
