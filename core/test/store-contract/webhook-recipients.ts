import { expect } from "chai";
import type { StoreUnderTest } from "../support/firestore-under-test.ts";
import {
  ago,
  claiming,
  completing,
  inOrg,
  newCall,
  QUEUED,
  scheduled,
  startedFields,
  starting,
  times,
} from "./vocabulary.ts";
import { ALL, endpoint, endpointId, outboxOf } from "./webhook-vocabulary.ts";

/** Who is told, and how often. */
export function describeRecipients(use: () => StoreUnderTest): void {
  const outbox = outboxOf(use);

  describe("a delivery, to whom and how often,", () => {
    it("goes where those look who name no organisation", async () => {
      await outbox.tell([endpoint()], "no-organization");
      await use().write("meetings/one", scheduled());
      await outbox.record(await outbox.send());
      const [delivery] = await outbox.deliveries();
      expect(delivery).to.include({ organization_id: null, type: "recording.completed" });
      expect(delivery?.data).to.include({ organization_id: null });
    });

    it("goes to an organisation whatever its id holds", async () => {
      await outbox.tell([endpoint()], "org-a%2F..%2F%C3%A4");
      await use().write("meetings/one", inOrg({ creator_organization_id: "a/../ä" }));
      await outbox.record(await outbox.send());
      expect(await outbox.told()).to.deep.equal(["recording.completed one"]);
    });

    it("goes to each endpoint that asks for it, and to no other", async () => {
      await outbox.tell([
        endpoint(),
        endpoint({ events: ["recording.completed"] }),
        endpoint({ events: ["recording.failed"] }),
        endpoint({ disabled_at: ago(0), disabled_reason: "410" }),
      ]);
      await outbox.tell([endpoint()], "org-other");
      await outbox.tell([endpoint()], "no-organization");
      await use().write("meetings/one", inOrg());
      await outbox.record(await outbox.send());
      const addressed = (await outbox.deliveries()).map((delivery) => delivery["endpoint_id"]);
      expect(addressed).to.have.members([endpointId(0), endpointId(1)]);
    });

    it("goes to twenty endpoints at most, for a bot of a thousand meetings, a hundred of them named", async () => {
      await outbox.tell(Array.from({ length: 30 }, () => endpoint({ events: ALL })));
      const meetings = Array.from({ length: 1000 }, (_, n) => `meetings/${n}`);
      const fields = { ...startedFields(), creator_organization_id: "org", meetings };
      await use().write("bot_instances/x", fields);
      expect(await use().store.transact("x", completing)).to.include({ ok: true });
      const written = await outbox.deliveries();
      expect(written).to.have.length(40);
      for (const { data } of written) expect(data["meetings"]).to.have.length(100);
    });

    const NONSENSE = [null, 7, "text", ["text"], { endpoints: 7 }, { [endpointId("x")]: null }];
    for (const odd of NONSENSE) {
      it(`is not written where the endpoints are ${JSON.stringify(odd)}, and the recording is kept`, async () => {
        await use().write("bot_webhooks/org-org", { organization_id: 7, endpoints: odd });
        await use().write("meetings/one", inOrg());
        const id = await outbox.send();
        expect(await outbox.record(id)).to.include({ ok: true });
        expect(await use().read(`bot_instances/${id}`)).to.include({ status: "done" });
        expect(await outbox.deliveries()).to.deep.equal([]);
      });
    }

    it("is not written for a change that is refused or rolled back", async () => {
      await outbox.tell([endpoint({ events: ALL })]);
      await use().write("bot_instances/x", { ...startedFields(), creator_organization_id: "org" });
      await use().store.transact("x", claiming("new"));
      const gone = await use()
        .store.transact("x", () => {
          throw new Error("this process dies here");
        })
        .catch((error: unknown) => error);
      expect(gone).to.be.an("error");
      expect(await outbox.deliveries()).to.deep.equal([]);
    });

    it("is written once by racers", async () => {
      await outbox.tell([endpoint({ events: ALL })]);
      await use().write("bot_instances/x", { ...QUEUED, creator_organization_id: "org" });
      await times(3, (n) => use().store.transact("x", claiming(`${n}`)));
      expect(await outbox.told()).to.deep.equal(["bot.status_changed"]);
    });

    it("is written once for a change whose answer was lost", async () => {
      await outbox.tell([endpoint({ events: ALL })]);
      await use().write("meetings/one", inOrg());
      const call = { ...newCall(), token: "t" };
      await use().losingTheNextCommit().serve("meetings/one", call);
      await use().losingTheNextCommit().transact(call.instanceId, starting);
      await use().losingTheNextCommit().transact(call.instanceId, completing);
      expect(await outbox.told()).to.have.members([
        "bot.status_changed one",
        "recording.completed one",
        "bot.status_changed one",
      ]);
    });

    it("is written once for a meeting that leaves, though the answer was lost", async () => {
      await outbox.tell([endpoint({ events: ALL })]);
      await use().write("meetings/one", inOrg());
      await outbox.send();
      await use().edit("meetings/one", { status: "cancelled" });
      await use().losingTheNextCommit().serve("meetings/one", newCall());
      expect(await outbox.told()).to.have.members([
        "bot.status_changed one",
        "meeting.cancelled one",
      ]);
    });
  });
}
