import { once } from "node:events";
import { type AddressInfo, createServer, Socket } from "node:net";
import { expect } from "chai";
import { destinationOf, forbidNetwork, isLoopback } from "../../test/network-guard.ts";

describe("the guard that keeps tests on this machine", () => {
  const connect = Socket.prototype.connect;
  before(forbidNetwork);
  after(() => {
    Socket.prototype.connect = connect;
  });

  it("refuses a connection to another machine, and names it", async () => {
    // 192.0.2.0/24 is reserved for documentation: nobody is there.
    expect(() => new Socket().connect(80, "192.0.2.1")).to.throw("connect to 192.0.2.1");
    const error = await fetch("http://example.com/").catch((reason: Error) => reason);
    expect(String((error as Error).cause)).to.include("connect to example.com");
  });

  it("lets connections to this machine through", async () => {
    const server = createServer((socket) => socket.end()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const socket = new Socket().connect((server.address() as AddressInfo).port, "127.0.0.1");
    await once(socket, "connect");
    socket.destroy();
    await once(server.close(), "close");
  });

  it("understands every form of arguments", () => {
    expect(destinationOf([{ host: "a.example", port: 1 }])).to.equal("a.example");
    expect(destinationOf([{ port: 1 }])).to.equal("localhost");
    expect(destinationOf([{ path: "/tmp/socket" }])).to.equal(undefined);
    expect(destinationOf([443, "b.example", () => {}])).to.equal("b.example");
    expect(destinationOf([443, () => {}])).to.equal("localhost");
    expect(destinationOf(["/tmp/socket"])).to.equal(undefined);
    expect(destinationOf([[{ host: "c.example" }, null]])).to.equal("c.example");
  });

  it("knows the names and addresses of this machine", () => {
    const own = ["localhost", "127.0.0.1", "127.8.8.8", "::1"];
    expect(own.filter(isLoopback)).to.deep.equal(own);
    expect(["10.0.0.1", "127.example.com", "example.com", "::2"].some(isLoopback)).to.equal(false);
  });
});
