import { once } from "node:events";
import { createServer } from "node:net";
import { expect } from "chai";
import { freePort, freePorts } from "../src/ports.ts";

describe("free ports", () => {
  it("are as many as asked for, and all different", async () => {
    expect(new Set(await freePorts(20)).size).to.equal(20);
  });

  it("are none that were found a moment ago, which somebody may be about to listen on", async () => {
    const found = [...(await freePorts(20)), ...(await freePorts(20)), await freePort()];
    expect(new Set(found).size).to.equal(41);
  });

  it("can be listened on", async () => {
    const server = createServer().listen(await freePort(), "127.0.0.1");
    await once(server, "listening");
    await once(server.close(), "close");
  });
});
