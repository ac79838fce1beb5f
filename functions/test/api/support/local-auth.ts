import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { type App, deleteApp, initializeApp } from "firebase-admin/app";
import { getAuth } from "firebase-admin/auth";

/** The variable by which the admin SDK takes unsigned tokens; read when its auth service is first used. */
const VARIABLE = "FIREBASE_AUTH_EMULATOR_HOST";

/** As much of the Auth emulator as `verifyIdToken` asks: whether there is such a user. */
export class LocalAuth {
  readonly app: App;
  readonly #server: Server;

  private constructor(app: App, server: Server) {
    this.app = app;
    this.#server = server;
  }

  static async start(projectId: string): Promise<LocalAuth> {
    const server = createServer(async (request, response) => {
      const asked = (await json(request)) as { localId: string[] };
      const users = asked.localId.map((localId) => ({ localId }));
      response.setHeader("Content-Type", "application/json").end(JSON.stringify({ users }));
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const app = initializeApp({ projectId }, projectId);
    process.env[VARIABLE] = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      // The service keeps what the variable says when it is made.
      getAuth(app);
    } finally {
      delete process.env[VARIABLE];
    }
    return new LocalAuth(app, server);
  }

  async stop(): Promise<void> {
    await deleteApp(this.app);
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** An ID token as the Auth emulator makes them: unsigned. */
export function idToken(
  projectId: string,
  userId: string,
  claims: Record<string, unknown> = {},
): string {
  const now = Math.floor(Date.now() / 1000);
  const payload = {
    iss: `https://securetoken.google.com/${projectId}`,
    aud: projectId,
    sub: userId,
    auth_time: now,
    iat: now,
    exp: now + 3600,
    ...claims,
  };
  const parts = [{ alg: "none", typ: "JWT" }, payload].map((part) => JSON.stringify(part));
  return `${parts.map((part) => Buffer.from(part).toString("base64url")).join(".")}.`;
}
