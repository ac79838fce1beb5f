import { hkdfSync } from "node:crypto";
import { expect } from "chai";
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import { endpointSecret, signatureHeaders } from "../../src/webhooks/signing.ts";

const MASTER = "m".repeat(32);
const ENDPOINT = "we_0123456789abcdef";
const BODY = JSON.stringify({ type: "recording.completed", data: { title: "Größe" } });

describe("endpointSecret", () => {
  it("is HKDF-SHA256 of the master secret and the endpoint's id, as Standard Webhooks writes it", () => {
    const key = Buffer.from(hkdfSync("sha256", MASTER, new Uint8Array(), ENDPOINT, 32));
    expect(endpointSecret(MASTER, ENDPOINT)).to.equal(`whsec_${key.toString("base64")}`);
    expect(key).to.have.length(32);
  });

  it("stays what receivers have been given", () => {
    expect(endpointSecret(MASTER, ENDPOINT)).to.equal(
      "whsec_sTXe7gmS6ng8WBLOxEp7P8RD79ykHmhM36X6WdSY+R4=",
    );
  });

  it("differs for every endpoint and every master secret", () => {
    const secrets = [
      endpointSecret(MASTER, ENDPOINT),
      endpointSecret(MASTER, "we_fedcba9876543210"),
      endpointSecret(`${MASTER}m`, ENDPOINT),
    ];
    expect(new Set(secrets).size).to.equal(3);
  });
});

describe("signatureHeaders", () => {
  const [newest, old] = [
    endpointSecret(MASTER, ENDPOINT),
    endpointSecret("o".repeat(32), ENDPOINT),
  ];
  const message = { id: "msg_1", sentAt: Date.now(), body: BODY };

  it("are believed by the package that receivers use", () => {
    const headers = signatureHeaders(message, [newest]);
    expect(new Webhook(newest).verify(BODY, headers)).to.deep.equal(JSON.parse(BODY));
    expect(headers["webhook-id"]).to.equal("msg_1");
  });

  it("are believed by who has either secret while one replaces the other", () => {
    const headers = signatureHeaders(message, [newest, old]);
    expect(headers["webhook-signature"]).to.match(/^v1,[\w+/]+= v1,[\w+/]+=$/);
    for (const secret of [newest, old]) {
      expect(new Webhook(secret).verify(BODY, headers)).to.deep.equal(JSON.parse(BODY));
    }
  });

  it("are not believed for another body, id, time or secret", () => {
    const headers = signatureHeaders(message, [newest]);
    const webhook = new Webhook(newest);
    const wrong = [
      () => webhook.verify(`${BODY} `, headers),
      () => webhook.verify(BODY, { ...headers, "webhook-id": "msg_2" }),
      () => webhook.verify(BODY, { ...headers, "webhook-timestamp": "1" }),
      () => new Webhook(old).verify(BODY, headers),
    ];
    for (const verify of wrong) expect(verify).to.throw(WebhookVerificationError);
  });
});
