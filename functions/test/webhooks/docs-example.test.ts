import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { freePorts } from "../../../sandbox/src/ports.ts";
import { eventually } from "../../../test/eventually.ts";
import { post } from "../../src/webhooks/post.ts";
import { signatureHeaders } from "../../src/webhooks/signing.ts";

const SECRET = `whsec_${randomBytes(32).toString("base64")}`;
const BODY = JSON.stringify({ type: "recording.completed", data: { artifacts: [{ key: "a" }] } });

/** The receiver that docs/webhooks.md shows. */
function example(): string {
  const [, code] = /```ts\n(.*?)```/s.exec(readFileSync("docs/webhooks.md", "utf8")) ?? [];
  return code ?? "";
}

describe("the receiver of docs/webhooks.md", function () {
  this.timeout(20_000);

  it("takes what we send, and nothing else", async () => {
    // Where the packages that it imports can be found.
    const folder = await mkdtemp(join("functions", "test", "webhooks", "example-"));
    const [port = 0] = await freePorts(1);
    await writeFile(join(folder, "receiver.ts"), example());
    const env = { PATH: process.env["PATH"], WEBHOOK_SECRET: SECRET, PORT: String(port) };
    const receiver = spawn(process.execPath, [join(folder, "receiver.ts")], { env });
    try {
      const headers = {
        "content-type": "application/json",
        ...signatureHeaders({ id: "msg_1", sentAt: Date.now(), body: BODY }, [SECRET]),
      };
      const send = (body: string) =>
        post({ url: `http://127.0.0.1:${port}/hooks`, headers, body }, { allowLocal: true });
      const status = (body: string) =>
        eventually(async () => {
          const outcome = await send(body);
          return outcome.kind === "answered" ? outcome.statusCode : undefined;
        });
      const told = once(receiver.stdout, "data");
      expect(await status(BODY)).to.equal(204);
      expect(String((await told)[0])).to.contain("key: 'a'");
      expect(await status(`${BODY} `)).to.equal(401);
    } finally {
      if (receiver.kill("SIGKILL")) await once(receiver, "exit");
      await rm(folder, { recursive: true });
    }
  });
});
