import { expect } from "chai";
import type { WebhookEndpoint } from "../../src/webhooks/endpoint.ts";
import {
  adding,
  type DecideEndpoints,
  disabling,
  enabling,
  removing,
} from "../../src/webhooks/endpoint-changes.ts";
import { NOW } from "../support/instances.ts";

const REQUEST = { url: "https://example.com/", events: ["recording.completed"] } as const;
const made = (id: string): WebhookEndpoint => ({
  ...REQUEST,
  id,
  signedUrls: false,
  createdAt: NOW - 1,
});
const ENABLED = made("a");
const DISABLED = { ...made("b"), disabledAt: NOW - 1, disabledReason: "410" };
const many = (count: number) => Array.from({ length: count }, (_, index) => made(`${index}`));

describe("a change to an organisation's endpoints", () => {
  const put = (endpoint: WebhookEndpoint) => ({ ok: true, change: "put", endpoint });
  const kept = (endpoint: WebhookEndpoint) => ({ ok: true, change: "none", endpoint });
  const refused = (reason: string) => ({ ok: false, reason });
  const table: [what: string, decide: DecideEndpoints, outcome: object][] = [
    [
      "adds one",
      adding("c", { ...REQUEST, signedUrls: true }),
      put({ ...made("c"), signedUrls: true, createdAt: NOW }),
    ],
    ["adds one once, however often it is run", adding("a", REQUEST), kept(ENABLED)],
    ["adds none that is unusable", adding("c", { ...REQUEST, url: "" }), refused("invalid")],
    ["removes one", removing("a"), { ok: true, change: "remove", endpoint: ENABLED }],
    ["removes none that is not there", removing("c"), refused("not-found")],
    [
      "disables one, with the reason",
      disabling("a", "because"),
      put({ ...ENABLED, disabledAt: NOW, disabledReason: "because" }),
    ],
    ["leaves a disabled one its first reason", disabling("b", "because"), kept(DISABLED)],
    ["disables none that is not there", disabling("c", "because"), refused("not-found")],
    ["enables a disabled one", enabling("b"), put(made("b"))],
    ["enables none that is not there", enabling("c"), refused("not-found")],
  ];
  for (const [what, decide, outcome] of table) {
    it(what, () => expect(decide([ENABLED, DISABLED], NOW)).to.deep.equal(outcome));
  }

  it("adds twenty and no more", () => {
    expect(adding("c", REQUEST)(many(19), NOW)).to.include({ change: "put" });
    expect(adding("c", REQUEST)(many(20), NOW)).to.deep.equal(refused("too-many"));
  });
});
