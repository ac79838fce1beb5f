import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { MINUTE } from "../../src/time.ts";
import { times } from "./vocabulary.ts";

import type { WebhookStoreUnderTest } from "./webhook-store.ts";

const REQUEST = { url: "https://example.com/hooks", events: ["recording.completed"] } as const;
/** Where deliveries go. */
export function describeEndpoints(use: () => WebhookStoreUnderTest): void {
  const add = async (organizationId: string | null = "org") => {
    const added = await use().store.addEndpoint(organizationId, REQUEST);
    if (!added.ok) throw new Error(added.reason);
    return added.endpoint;
  };

  describe("an organisation's endpoints", () => {
    it("are added, disabled, enabled and removed", async () => {
      const { id, createdAt } = await add();
      const made = { ...REQUEST, id, createdAt, signedUrls: false };
      expect(id).to.match(/^we_[a-z0-9]{16}$/);
      expect(createdAt).to.be.closeTo(Date.now(), MINUTE);
      expect(await use().store.listEndpoints("org")).to.deep.equal([made]);
      await use().store.disableEndpoint("org", id, "It answered 410.");
      await use().store.disableEndpoint("org", id, "Again.");
      const [disabled] = await use().store.listEndpoints("org");
      expect(disabled).to.include({ disabledReason: "It answered 410." });
      expect(disabled?.disabledAt).to.be.closeTo(Date.now(), MINUTE);
      await use().store.enableEndpoint("org", id);
      expect(await use().store.listEndpoints("org")).to.deep.equal([made]);
      expect(await use().store.removeEndpoint("org", id)).to.deep.equal({
        ok: true,
        endpoint: made,
      });
      expect(await use().store.listEndpoints("org")).to.deep.equal([]);
    });

    it("are found by a delivery, while they are there", async () => {
      const { id: endpointId } = await add();
      const to = { organizationId: "org", endpointId };
      expect(await use().store.endpointOf(to)).to.include({ id: endpointId });
      expect(await use().store.endpointOf({ ...to, organizationId: null })).to.equal(undefined);
      await use().store.disableEndpoint("org", endpointId, "Because.");
      expect(await use().store.endpointOf(to)).to.include({ disabledReason: "Because." });
      await use().store.removeEndpoint("org", endpointId);
      expect(await use().store.endpointOf(to)).to.equal(undefined);
    });

    it("are an organisation's own, or those of whoever names none", async () => {
      await add();
      const { id } = await add(null);
      expect(await use().store.listEndpoints(null)).to.have.length(1);
      expect(await use().store.removeEndpoint("org", id)).to.deep.equal({
        ok: false,
        reason: "not-found",
      });
      expect(await use().readEndpoints("no-organization")).to.include({ organization_id: null });
      expect(await use().readEndpoints("org-org")).to.include({ organization_id: "org" });
    });

    it("are added by several at once, up to twenty", async () => {
      for (let n = 0; n < 17; n += 1) await add();
      const outcomes = await times(5, () => use().store.addEndpoint("org", REQUEST));
      expect(outcomes.filter(({ ok }) => ok)).to.have.length(3);
      expect(outcomes.find(({ ok }) => !ok)).to.deep.equal({ ok: false, reason: "too-many" });
      expect(await use().store.listEndpoints("org")).to.have.length(20);
    });

    it("are added once, although the answer was lost", async () => {
      for (const count of [1, 2]) {
        const added = await use().losingTheNextCommit().addEndpoint("org", REQUEST);
        expect(added).to.include({ ok: true });
        expect(await use().store.listEndpoints("org")).to.have.length(count);
      }
    });

    it("are refused where they could not be read again", async () => {
      const invalid = { ok: false, reason: "invalid" };
      const add = (id: string, url: string) => use().store.addEndpoint(id, { ...REQUEST, url });
      expect(await add("org", "ftp://example.com/")).to.deep.equal(invalid);
      expect(await add("x".repeat(2000), REQUEST.url)).to.deep.equal(invalid);
      expect(await use().store.listEndpoints("x".repeat(2000))).to.deep.equal([]);
    });

    it("leave alone what else somebody wrote", async () => {
      const key = `org-${randomUUID()}`;
      const organizationId = key.slice("org-".length);
      const odd = { note: "mine", endpoints: { odd: [7], we_x: null } };
      await use().writeEndpoints(key, odd);
      const { id } = await add(organizationId);
      await use().store.disableEndpoint(organizationId, id, "Because.");
      expect(await use().store.listEndpoints(organizationId)).to.have.length(1);
      await use().store.removeEndpoint(organizationId, id);
      expect(await use().readEndpoints(key)).to.deep.equal(odd);
    });

    it("take the place of what somebody wrote instead of them", async () => {
      await use().writeEndpoints("org-org", { endpoints: "none" });
      await add();
      expect(await use().store.listEndpoints("org")).to.have.length(1);
    });
  });
}
