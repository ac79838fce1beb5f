import { expect } from "chai";
import {
  asksFor,
  isEndpointRequest,
  parseEndpoints,
  webhooksKeyOf,
} from "../../src/webhooks/endpoint.ts";
import { WEBHOOK_EVENTS, type WebhookEventType } from "../../src/webhooks/events.ts";
import { NOW } from "../support/instances.ts";

const ID = "we_0123456789abcdef";
const timestamp = (at: number) => ({ toMillis: () => at });
const FIELDS = {
  url: "https://example.com/hooks",
  events: ["recording.completed"],
  created_at: timestamp(NOW),
};
const parsed = (fields: unknown, id = ID) => parseEndpoints({ endpoints: { [id]: fields } });

describe("the endpoints of an organisation", () => {
  it("are read from their document", () => {
    expect(parsed({ ...FIELDS, signed_urls: true })).to.deep.equal([
      { id: ID, url: FIELDS.url, events: FIELDS.events, signedUrls: true, createdAt: NOW },
    ]);
  });

  it("are disabled by whatever is written into the field for it", () => {
    const disabled = { disabled_at: timestamp(NOW), disabled_reason: "410" };
    expect(parsed({ ...FIELDS, ...disabled })[0]).to.include({
      disabledAt: NOW,
      disabledReason: "410",
    });
    expect(parsed({ ...FIELDS, disabled_at: "yesterday" })[0]).to.include({ disabledAt: 0 });
    expect(parsed({ ...FIELDS, disabled_at: null })[0]).to.not.have.property("disabledAt");
  });

  it("are the oldest twenty, the oldest first", () => {
    const many = Array.from({ length: 25 }, (_, index) => {
      const id = `we_${String(index).padStart(16, "0")}`;
      return [id, { ...FIELDS, created_at: timestamp(NOW - index) }] as const;
    });
    const known = parseEndpoints({ endpoints: Object.fromEntries(many) });
    expect(known.map(({ createdAt }) => NOW - createdAt)).to.deep.equal(
      Array.from({ length: 20 }, (_, index) => 24 - index),
    );
  });

  const NONSENSE = [undefined, null, 7, "text", [], [[]], {}, new Date(0), { url: [] }];
  for (const odd of NONSENSE) {
    it(`are none where somebody wrote ${JSON.stringify(odd)}`, () => {
      expect(parseEndpoints({ endpoints: odd })).to.deep.equal([]);
      expect(parsed(odd)).to.deep.equal([]);
      expect(parsed({ ...FIELDS, url: odd })).to.deep.equal([]);
      expect(parsed({ ...FIELDS, events: odd })).to.deep.equal([]);
      expect(parsed({ ...FIELDS, created_at: odd })[0]).to.include({ id: ID, createdAt: 0 });
    });
  }

  it("are not those with another kind of id", () => {
    for (const id of [
      "we_short",
      "we_0123456789ABCDEF",
      "0123456789abcdef",
      `${ID}.x`,
      "__proto__",
    ]) {
      expect(parsed(FIELDS, id)).to.deep.equal([]);
    }
  });

  it("keep the events that there are, of those that are asked for", () => {
    const events = ["no.such", "recording.failed", 7];
    expect(parsed({ ...FIELDS, events })[0]?.events).to.deep.equal(["recording.failed"]);
    expect(parsed({ ...FIELDS, events: ["no.such"] })).to.deep.equal([]);
  });
});

describe("a request for an endpoint", () => {
  const asking = (url: string, events: readonly string[] = WEBHOOK_EVENTS) =>
    isEndpointRequest({ url, events: events as WebhookEventType[] });

  it("is usable with a web address and an event at least", () => {
    expect(asking("https://example.com/a?b=c")).to.equal(true);
    expect(asking("http://127.0.0.1:8080/")).to.equal(true);
    expect(asking("https://example.com/", [])).to.equal(false);
    expect(asking("https://example.com/", ["no.such"])).to.equal(false);
  });

  for (const url of [
    "",
    "example.com",
    "ftp://example.com/",
    "file:///etc/passwd",
    "https://user:password@example.com/",
    "https://user@example.com/",
    `https://example.com/${"x".repeat(2048)}`,
  ]) {
    it(`is not usable with ${url.slice(0, 40)}`, () => {
      expect(asking(url)).to.equal(false);
    });
  }
});

describe("whether an endpoint is told", () => {
  const [endpoint] = parsed(FIELDS);
  if (!endpoint) throw new Error("there is no endpoint");

  it("is whether it asks for the event and is not disabled", () => {
    expect(asksFor(endpoint, "recording.completed")).to.equal(true);
    expect(asksFor(endpoint, "recording.failed")).to.equal(false);
    expect(asksFor({ ...endpoint, disabledAt: 0 }, "recording.completed")).to.equal(false);
  });
});

describe("the key of an organisation's endpoints", () => {
  it("is made of its id, whatever that holds", () => {
    expect(webhooksKeyOf(null)).to.equal("no-organization");
    expect(webhooksKeyOf("organization")).to.equal("org-organization");
    expect(webhooksKeyOf("a/b")).to.equal("org-a%2Fb");
    expect(webhooksKeyOf("..")).to.equal("org-..");
    expect(webhooksKeyOf("ä")).to.equal("org-%C3%A4");
  });

  it("is none for an id that can be no key", () => {
    expect(webhooksKeyOf("\ud800")).to.equal(undefined);
    expect(webhooksKeyOf("x".repeat(1500))).to.equal(undefined);
  });
});
