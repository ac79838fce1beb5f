import { createServer } from "node:https";
import { expect } from "chai";
import type { Resolve } from "../../src/webhooks/checked-lookup.ts";
import { type Certificate, makeCertificate, trusting } from "./support/certificate.ts";
import { EMULATOR, HOST, send } from "./support/posting.ts";
import { listen, useServers } from "./support/servers.ts";

describe("post, by HTTPS", () => {
  let certificate: Certificate;
  let port: number;
  let came: string[];

  before(async () => {
    certificate = await makeCertificate(HOST);
  });

  /** Where a server with that certificate listens. */
  const serveWith = (own: Certificate) =>
    listen(
      createServer(own, (request, response) => {
        request.resume();
        came.push(String(request.headers.host));
        response.writeHead(204).end();
      }),
    );

  beforeEach(async () => {
    came = [];
    port = await serveWith(certificate);
  });

  useServers();

  const local: Resolve = (_, __, callback) => callback(null, [{ address: "127.0.0.1", family: 4 }]);

  it("posts to a server whose certificate is its name's", async () => {
    const rules = { ...EMULATOR, resolve: local };
    const outcome = await trusting(certificate, () => send(`https://${HOST}:${port}/`, rules));
    expect(outcome).to.include({ kind: "answered", statusCode: 204 });
    expect(came).to.deep.equal([`${HOST}:${port}`]);
  });

  it("posts to a server whose certificate is its address's", async () => {
    const outcome = await trusting(certificate, () => send(`https://127.0.0.1:${port}/`));
    expect(outcome).to.include({ kind: "answered", statusCode: 204 });
  });

  it("sends nothing to a server whose certificate is another name's", async () => {
    const other = await makeCertificate("other.example.com");
    const url = `https://${HOST}:${await serveWith(other)}/`;
    const outcome = await trusting(other, () => send(url, { ...EMULATOR, resolve: local }));
    expect(outcome).to.have.property(
      "problem",
      "The connection failed: ERR_TLS_CERT_ALTNAME_INVALID.",
    );
    expect(came).to.deep.equal([]);
  });

  it("sends nothing to a server whose certificate nobody has signed", async () => {
    const outcome = await send(`https://127.0.0.1:${port}/`);
    expect(outcome).to.have.property(
      "problem",
      "The connection failed: DEPTH_ZERO_SELF_SIGNED_CERT.",
    );
    expect(came).to.deep.equal([]);
  });
});
