import { expect } from "chai";
import type { Resolve } from "../../src/webhooks/checked-lookup.ts";
import { NOT_PUBLIC } from "../../src/webhooks/endpoint-url.ts";
import { EMULATOR, HOST, send } from "./support/posting.ts";
import { serve, useServers } from "./support/servers.ts";

describe("post, where names lead", () => {
  let asked: string[];
  let came: string[];
  let port: number;

  beforeEach(async () => {
    [asked, came] = [[], []];
    port = await serve((request, response) => {
      request.resume();
      came.push(String(request.headers.host));
      response.writeHead(204).end();
    });
  });

  useServers();

  /** A name server that answers these addresses, one list after the other. */
  const answering =
    (...answers: string[][]): Resolve =>
    (hostname, _, callback) => {
      asked.push(hostname);
      const addresses = answers[asked.length - 1] ?? [];
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
      );
    };

  it("goes to the address that was checked, and asks for it once", async () => {
    const rules = { ...EMULATOR, resolve: answering(["127.0.0.1"], ["10.0.0.1"]) };
    const outcome = await send(`http://${HOST}:${port}/`, rules);
    expect(outcome).to.include({ kind: "answered", statusCode: 204 });
    expect({ asked, came }).to.deep.equal({ asked: [HOST], came: [`${HOST}:${port}`] });
  });

  it("looks again at every attempt, and sees when a name has moved", async () => {
    const rules = { ...EMULATOR, resolve: answering(["127.0.0.1"], ["169.254.169.254"]) };
    await send(`http://${HOST}:${port}/`, rules);
    expect(await send(`http://${HOST}:${port}/`, rules)).to.deep.equal({
      kind: "unreachable",
      problem: NOT_PUBLIC,
    });
    expect(came).to.have.length(1);
  });

  it("goes nowhere when one of the addresses is not allowed", async () => {
    for (const addresses of [["127.0.0.1", "10.0.0.1"], ["fd00:ec2::254", "127.0.0.1"], []]) {
      asked = [];
      const rules = { ...EMULATOR, resolve: answering(addresses) };
      expect(await send(`http://${HOST}:${port}/`, rules)).to.have.property("problem", NOT_PUBLIC);
    }
    expect(came).to.deep.equal([]);
  });

  it("sends nothing to this machine outside the emulator, by no name and by no address", async () => {
    for (const host of ["localhost", "127.0.0.1", "[::1]", "127.1", "[::ffff:127.0.0.1]"]) {
      const outcome = await send(`https://${host}:${port}/`, { allowLocal: false });
      expect(outcome, host).to.deep.equal({ kind: "unreachable", problem: NOT_PUBLIC });
    }
    expect(came).to.deep.equal([]);
  });

  it("tells that there is no such name, without the name", async () => {
    const unknown = Object.assign(new Error(`getaddrinfo ENOTFOUND ${HOST}`), {
      code: "ENOTFOUND",
    });
    const resolve: Resolve = (_, __, callback) => callback(unknown, []);
    expect(await send(`http://${HOST}/`, { ...EMULATOR, resolve })).to.deep.equal({
      kind: "unreachable",
      problem: "The connection failed: ENOTFOUND.",
    });
  });
});
