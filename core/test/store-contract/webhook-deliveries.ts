import { expect } from "chai";
import { DAY, HOUR, type Instant, MINUTE, SECOND } from "../../src/time.ts";
import { beginAttempt, resend, settleAttempt } from "../../src/webhooks/attempt.ts";
import type { DeliveryStatus, WebhookDelivery } from "../../src/webhooks/delivery.ts";
import { factsOf } from "../../src/webhooks/facts.ts";
import { queued } from "../support/instances.ts";
import { times } from "./vocabulary.ts";

import type { WebhookStoreUnderTest } from "./webhook-store.ts";

const delivery = (fields: Partial<WebhookDelivery> = {}): Omit<WebhookDelivery, "id"> => {
  const now = Date.now() - MINUTE;
  return {
    organizationId: "org",
    endpointId: "we_0123456789abcdef",
    type: "recording.completed",
    occurredAt: now,
    data: factsOf(queued({ creatorOrganizationId: "org" }), [{ path: "meetings/one" }]),
    status: "pending",
    attempt: 0,
    wakeAt: now,
    attempts: [],
    createdAt: now,
    expiresAt: now + 30 * DAY,
    ...fields,
  };
};
const REFUSED = { kind: "refused", statusCode: 500 } as const;
const OK = { kind: "accepted", statusCode: 200 } as const;

/** What becomes of one delivery, and how many are found. */
export function describeDeliveries(use: () => WebhookStoreUnderTest): void {
  describeAttempts(use);
  describeLists(use);
}

function describeAttempts(use: () => WebhookStoreUnderTest): void {
  const begin = (id: string, token: string, store = use().store) =>
    store.transact(id, (found, now) => beginAttempt(found, token, now));
  const settle = (
    id: string,
    token: string,
    result: typeof OK | typeof REFUSED,
    store = use().store,
  ) => {
    const event = { token, result, durationMs: 1, random: 0 };
    return store.transact(id, (found, now) => settleAttempt(found, event, now));
  };
  const stored = async (id: string) => {
    const found = await use().store.find(id);
    if (!found) throw new Error(`there is no ${id}`);
    return found;
  };

  describe("a delivery", () => {
    it("is found as it was written", async () => {
      const written = delivery({ attempts: [{ at: 7, durationMs: 1, statusCode: 500 }] });
      const id = await use().deliver(written, Date.now());
      expect(await use().store.find(id)).to.deep.equal({ ...written, id });
    });

    it("is not found by an id that there is not, or that can be none", async () => {
      for (const id of ["msg_00000000000000000000", "", "..", "a/b", "x".repeat(2000)]) {
        expect(await use().store.find(id)).to.equal(undefined);
        const outcome = await use().store.transact(id, () => ({ ok: true, patch: { attempt: 1 } }));
        expect(outcome).to.deep.equal({ ok: false, reason: "not-found" });
      }
    });

    it("is begun by one of several, who has a minute by the store's clock", async () => {
      const id = await use().deliver(delivery(), Date.now());
      const outcomes = await times(4, (n) => begin(id, `${n}`));
      const begun = outcomes.filter(({ ok }) => ok);
      expect(begun).to.have.length(1);
      const { attempt, wakeAt, claimExpiresAt } = await stored(id);
      expect(attempt).to.equal(1);
      expect(claimExpiresAt).to.equal(wakeAt);
      expect(wakeAt).to.be.within(Date.now() + 50 * SECOND, Date.now() + 61 * SECOND);
      expect(outcomes.find(({ ok }) => !ok)).to.deep.include({ ok: false, reason: "not-due" });
    });

    it("ends with an answer, and is not due any more", async () => {
      const id = await use().deliver(delivery(), Date.now());
      await begin(id, "t");
      const settled = await settle(id, "t", OK);
      expect(settled).to.include({ ok: true });
      const ended = await stored(id);
      expect(ended).to.include({ status: "delivered", attempt: 1, claimToken: "t" });
      expect(ended).to.not.have.any.keys("wakeAt", "claimExpiresAt");
      expect(ended.endedAt).to.be.a("number");
      expect(ended.attempts).to.have.length(1);
      expect(await use().store.findDue(Date.now() + DAY, 10)).to.deep.equal([]);
      expect(await begin(id, "u")).to.deep.include({ ok: false, reason: "ended" });
    });

    it("is settled only in the name in which it was begun", async () => {
      const id = await use().deliver(delivery(), Date.now());
      await begin(id, "t");
      const before = await stored(id);
      const outcome = await settle(id, "u", OK);
      expect(outcome).to.deep.equal({ ok: false, reason: "superseded", delivery: before });
      expect(await stored(id)).to.deep.equal(before);
    });

    it("is begun, settled and asked for again once each, although the answers are lost", async () => {
      const id = await use().deliver(delivery(), Date.now());
      expect(await begin(id, "t", use().losingTheNextCommit())).to.include({ ok: true });
      expect(await settle(id, "t", REFUSED, use().losingTheNextCommit())).to.include({ ok: true });
      const { attempt, attempts } = await stored(id);
      expect(attempt).to.equal(1);
      expect(attempts).to.have.length(1);
      await use()
        .losingTheNextCommit()
        .transact(id, (found, now) => resend(found, now));
      expect(await stored(id)).to.deep.include({ status: "pending", attempt: 0, attempts });
      expect(await begin(id, "u")).to.include({ ok: true });
    });
  });
}

function describeLists(use: () => WebhookStoreUnderTest): void {
  const made = (at: Instant, fields: Partial<WebhookDelivery> = {}) =>
    use().deliver(delivery({ createdAt: at, ...fields }), at);
  const idsOf = (deliveries: WebhookDelivery[]) => deliveries.map(({ id }) => id);

  describe("the deliveries that are due", () => {
    it("come in pages, the longest waiting first", async () => {
      const now = Date.now();
      const due = (wakeAt: Instant) => use().deliver(delivery({ wakeAt }), now);
      const ids = [await due(now - HOUR), await due(now - MINUTE), await due(now - SECOND)];
      await due(now + HOUR);
      const { wakeAt: _, ...ended } = delivery({ status: "delivered" });
      await use().deliver(ended, now);
      const first = await use().store.findDue(now, 2);
      expect(idsOf(first)).to.deep.equal(ids.slice(0, 2));
      const rest = await use().store.findDue(now, 2, first.at(-1));
      expect(idsOf(rest)).to.deep.equal(ids.slice(2));
    });

    it("come once each when they are due in the same instant", async () => {
      const wakeAt = Date.now() - MINUTE;
      const ids = await times(3, () => use().deliver(delivery({ wakeAt }), Date.now()));
      const found: string[] = [];
      for (let last: WebhookDelivery | undefined, page = 0; page < 4; page += 1) {
        const [next] = await use().store.findDue(Date.now(), 1, last);
        if (next) found.push(next.id);
        last = next ?? last;
      }
      expect(found).to.have.members(ids).and.have.length(3);
    });
  });

  describe("the deliveries of an organisation", () => {
    const start = Date.now() - DAY;
    const fill = async () => {
      const statuses: DeliveryStatus[] = ["failed", "delivered", "failed", "pending"];
      const ids: string[] = [];
      for (const [n, status] of statuses.entries()) ids.push(await made(start + n, { status }));
      await made(start, { organizationId: "other" });
      await made(start, { organizationId: null });
      return ids.toReversed();
    };

    it("come in pages, the newest first", async () => {
      const ids = await fill();
      const first = await use().store.list("org", { limit: 3 });
      expect(idsOf(first)).to.deep.equal(ids.slice(0, 3));
      const rest = await use().store.list("org", { limit: 3, after: first.at(-1)?.id });
      expect(idsOf(rest)).to.deep.equal(ids.slice(3));
    });

    it("can be told apart by their status", async () => {
      const ids = await fill();
      const failed = await use().store.list("org", { status: "failed", limit: 1 });
      expect(idsOf(failed)).to.deep.equal([ids[1]]);
      const after = failed.at(-1)?.id;
      const rest = await use().store.list("org", { status: "failed", limit: 9, after });
      expect(idsOf(rest)).to.deep.equal([ids[3]]);
    });

    it("are those of nobody's organisation for whoever names none", async () => {
      await fill();
      expect(await use().store.list(null, { limit: 9 })).to.have.length(1);
      expect(await use().store.list("unknown", { limit: 9 })).to.deep.equal([]);
    });

    it("do not go on after what is no id", async () => {
      await fill();
      expect(await use().store.list("org", { limit: 9, after: "a/b" })).to.deep.equal([]);
    });
  });
}
