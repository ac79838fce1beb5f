import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect } from "chai";
import { freePorts, LOCAL_PORTS } from "../../../src/launchers/local/ports.ts";

describe("free ports", () => {
  it("are different ones of the range that can be bound", async () => {
    const ports = (await freePorts(2, LOCAL_PORTS)) ?? [];
    expect(new Set(ports).size).to.equal(2);
    for (const port of ports) {
      expect(port).to.be.within(LOCAL_PORTS.first, LOCAL_PORTS.last);
      const server = createServer().listen(port);
      await once(server, "listening");
      await once(server.close(), "close");
    }
  });

  it("are none where another process has them, on whatever address", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    expect(await freePorts(1, { first: port, last: port })).to.equal(undefined);
    await once(server.close(), "close");
    expect(await freePorts(1, { first: port, last: port })).to.deep.equal([port]);
  });
});
