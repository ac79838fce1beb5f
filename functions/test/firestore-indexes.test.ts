import { readFileSync } from "node:fs";
import { type Firestore, Timestamp } from "@google-cloud/firestore";
import {
  BOT_EVENTS,
  BOT_INSTANCES,
  BOT_WEBHOOK_DELIVERIES,
  claim,
  type Decide,
  FirestoreBotInstanceStore,
  FirestoreWebhookStore,
  fail,
  failure,
} from "@meeting-bot/core";
import { expect } from "chai";
import { newProjectId, openFirestore } from "../../core/test/support/emulator.ts";
import { NAMING, RULES } from "../../core/test/support/instances.ts";
import {
  FirestoreMeetingStore,
  IDEMPOTENCY_KEYS,
} from "../src/api/firestore/firestore-meeting-store.ts";
import { readMeetingPlace } from "../src/api/meetings/meeting-place.ts";
import { type QueryShape, recordQueries } from "./support/query-recorder.ts";
import { ago, LINK } from "./support/world.ts";

interface IndexFile {
  indexes: unknown[];
  fieldOverrides: {
    collectionGroup: string;
    fieldPath: string;
    ttl?: boolean;
    indexes: unknown[];
  }[];
}
const { fieldOverrides } = JSON.parse(readFileSync("firestore.indexes.json", "utf8")) as IndexFile;

const claiming: Decide = (instance, at) => claim(instance, { token: "t", claimedBy: "c" }, at);
const giveUp = { ...failure("BOT_CRASHED", "join", "It fell."), retryable: false };
const failing: Decide = (instance, at) =>
  fail(instance, { token: "t", failure: giveUp, random: 0 }, at);

describe("firestore.indexes.json", () => {
  let firestore: Firestore;
  let queries: QueryShape[];
  before(async () => {
    firestore = openFirestore(newProjectId());
    await firestore.doc("meetings/one").set({ meeting_url: LINK, status: "scheduled" });
    await firestore.doc("bot_instances/x").set({
      meeting_url: LINK,
      status: "queued",
      wake_at: ago(1),
    });
    const webhooks = new FirestoreWebhookStore(firestore);
    const url = "https://example.com/";
    await webhooks.addEndpoint(null, { url, events: ["bot.status_changed"] });
    const shapes = recordQueries(firestore);
    const store = new FirestoreBotInstanceStore(firestore, NAMING, RULES);
    const event = { instanceId: "y", token: "t", claimedBy: "c", joinLeadMs: 0 };
    await store.serve("meetings/one", event);
    const [due] = await store.findDue(Date.now(), 1);
    await store.findDue(Date.now(), 1, due);
    await store.transact("x", claiming);
    await store.transact("x", failing);
    const [late] = await webhooks.findDue(Date.now(), 1);
    await webhooks.findDue(Date.now(), 1, late);
    await webhooks.list(null, { limit: 1, after: late?.id });
    const meetings = new FirestoreMeetingStore(
      firestore,
      readMeetingPlace("meetings"),
      NAMING.meeting,
    );
    await meetings.instancesOf({ id: "one", path: "meetings/one", createdAt: 0, fields: {} });
    queries = shapes.filter(({ fields }) => fields.size > 0);
  });
  after(() => firestore.terminate());

  it("need not have an index of several fields, since no query has several", () => {
    const several = queries.filter(
      ({ fields }) => [...fields].filter((field) => field !== "__name__").length > 1,
    );
    expect(several).to.deep.equal([]);
  });

  it("keeps the automatic index of each field that a query uses", () => {
    const used = fieldsOf(queries.filter(({ isGroup }) => !isGroup));
    expect(used).to.include.members([
      "bot_instances.wake_at",
      "bot_webhook_deliveries.wake_at",
      "bot_webhook_deliveries.organization_id",
    ]);
    const disabled = namesOf(fieldOverrides);
    expect(disabled.filter((field) => used.includes(field))).to.deep.equal([]);
  });

  it("has an index over all collections of an id where a query asks them all", () => {
    const used = fieldsOf(queries.filter(({ isGroup }) => isGroup));
    expect(used).to.deep.equal(["bot_links.meeting_path"]);
    const indexed = fieldOverrides.filter(({ indexes }) =>
      indexes.some((index) => Object(index).queryScope === "COLLECTION_GROUP"),
    );
    expect(namesOf(indexed)).to.deep.equal(used);
  });

  it("indexes nothing that a heartbeat writes but `wake_at`", () => {
    for (const field of [
      "heartbeat_at",
      "claim_expires_at",
      "updated_at",
      "progress",
      "phase_at",
    ]) {
      expect(fieldOverrides).to.deep.include({
        collectionGroup: "bot_instances",
        fieldPath: field,
        indexes: [],
      });
    }
  });

  it("lets the history expire by the field that every entry has", async () => {
    expect(fieldOverrides).to.deep.include({
      collectionGroup: BOT_EVENTS,
      fieldPath: "expires_at",
      ttl: true,
      indexes: [],
    });
    const entries = await firestore.collection(`${BOT_INSTANCES}/x/${BOT_EVENTS}`).get();
    expect(entries.empty).to.equal(false);
    for (const entry of entries.docs) expect(entry.get("expires_at")).to.be.instanceOf(Timestamp);
  });

  it("lets deliveries expire by the field that every one has", async () => {
    expect(fieldOverrides).to.deep.include({
      collectionGroup: BOT_WEBHOOK_DELIVERIES,
      fieldPath: "expires_at",
      ttl: true,
      indexes: [],
    });
    const { docs } = await firestore.collection(BOT_WEBHOOK_DELIVERIES).get();
    expect(docs).to.have.length(3);
    for (const delivery of docs) expect(delivery.get("expires_at")).to.be.instanceOf(Timestamp);
  });

  it("indexes nothing that is large in a delivery, and no endpoints", () => {
    expect(namesOf(fieldOverrides)).to.include.members([
      "bot_webhook_deliveries.data",
      "bot_webhook_deliveries.attempts",
      "bot_webhooks.endpoints",
    ]);
  });

  it("lets nothing else expire, least of all what is not ours", () => {
    const expiring = fieldOverrides.filter(({ ttl }) => ttl === true);
    expect(expiring.map(({ collectionGroup }) => collectionGroup)).to.have.members([
      BOT_EVENTS,
      BOT_WEBHOOK_DELIVERIES,
      IDEMPOTENCY_KEYS,
    ]);
    for (const { collectionGroup } of fieldOverrides) expect(collectionGroup).to.match(/^bot_/);
  });
});

/** Every field that some of the queries use, with its collection. */
function fieldsOf(queries: readonly QueryShape[]): string[] {
  return queries.flatMap(({ collection, fields }) =>
    [...fields].map((field) => `${collection}.${field}`),
  );
}

function namesOf(overrides: IndexFile["fieldOverrides"]): string[] {
  return overrides.map(({ collectionGroup, fieldPath }) => `${collectionGroup}.${fieldPath}`);
}
