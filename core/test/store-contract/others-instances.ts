import { expect } from "chai";
import type { StoreUnderTest } from "../support/firestore-under-test.ts";
import { LINK } from "../support/instances.ts";
import {
  claiming,
  completing,
  failingForGood,
  inOrg,
  instanceOf,
  newCall,
  QUEUED,
  reclaiming,
  serveOnce,
  starting,
  times,
} from "./vocabulary.ts";

const THEIRS = { ...QUEUED, creator_organization_id: "org", meetings: ["meetings/theirs"] };

/** Instances that others made keep to the lock of their room like ours. */
export function describeOthersInstances(use: () => StoreUnderTest): void {
  const instance = async (id: string) => (await use().read(`bot_instances/${id}`)) ?? {};
  const claim = (id: string, token = id) => use().store.transact(id, claiming(token));

  describe("an instance that others made", () => {
    it("is not sent where ours is, and is no failure", async () => {
      await use().write("meetings/one", inOrg());
      const ours = instanceOf(await serveOnce(use(), "meetings/one"));
      await use().write("meetings/theirs", inOrg({ bot_instance_id: "x" }));
      await use().write("bot_instances/x", { ...THEIRS, meeting_url: `${LINK}?authuser=1` });
      expect(await claim("x")).to.include({ ok: true });
      expect(await instance("x")).to.include({ status: "cancelled", merged_into: ours.id });
      expect(await instance("x")).to.not.have.property("error");
      expect(await instance(ours.id)).to.include({ status: "processing", wanted_links: 2 });
      const { toServe } = await use().store.tellMeetings("x");
      expect(toServe).to.deep.equal(["meetings/theirs"]);
      await serveOnce(use(), "meetings/theirs");
      expect(await use().read("meetings/theirs")).to.include({ bot_instance_id: ours.id });
    });

    it("that is for no meeting waits for what becomes of ours", async () => {
      await use().write("meetings/one", inOrg());
      const ours = instanceOf(await serveOnce(use(), "meetings/one"));
      const { meetings: _, ...alone } = THEIRS;
      await use().write("bot_instances/x", alone);
      expect(await claim("x")).to.include({ ok: true });
      expect(await instance("x")).to.include({ status: "queued" });
      const { error } = (await use().store.find("x")) ?? {};
      expect(error).to.include({ code: "BOT_BUSY" });
      expect(error?.message).to.contain(ours.id);
    });

    it("takes the room, so that our meetings join it", async () => {
      await use().write("bot_instances/x", THEIRS);
      await claim("x");
      await use().write("meetings/one", inOrg());
      const joined = await serveOnce(use(), "meetings/one");
      expect(joined.kind).to.equal("joined");
      expect(instanceOf(joined).id).to.equal("x");
    });

    it("leaves the room when it ends", async () => {
      await use().write("bot_instances/x", THEIRS);
      await claim("x");
      await use().store.transact("x", failingForGood("x"));
      await use().write("meetings/one", inOrg());
      expect((await serveOnce(use(), "meetings/one")).kind).to.equal("created");
    });

    it("keeps the room for its next attempt", async () => {
      await use().write("bot_instances/x", THEIRS);
      await claim("x", "t");
      await use().edit("bot_instances/x", { wake_at: new Date(0) });
      await use().store.transact("x", reclaiming("sweep"));
      await use().edit("bot_instances/x", { wake_at: new Date(0) });
      expect(await claim("x", "again")).to.include({ ok: true });
      expect(await instance("x")).to.include({
        status: "processing",
        attempt: 1,
        launch_failures: 1,
      });
    });

    it("has the room for itself when several want it at once", async () => {
      const ids = ["a", "b", "c"];
      for (const id of ids) await use().write(`bot_instances/${id}`, THEIRS);
      await times(3, (n) => claim(String(ids[n])));
      const states = await Promise.all(ids.map(async (id) => (await instance(id))["status"]));
      expect(states.toSorted()).to.deep.equal(["cancelled", "cancelled", "processing"]);
    });

    it("may have the room of one that has left, is leaving, or is gone", async () => {
      await use().write("bot_instances/first", THEIRS);
      await claim("first", "t");
      await use().edit("bot_instances/first", { cancel_requested_at: new Date() });
      await use().write("bot_instances/second", THEIRS);
      await claim("second");
      expect(await instance("second")).to.include({ status: "processing" });
      await use().remove("bot_instances/second");
      await use().write("bot_instances/third", THEIRS);
      await claim("third");
      expect(await instance("third")).to.include({ status: "processing" });
    });

    it("shares with nobody without an organisation", async () => {
      for (const id of ["a", "b"]) await use().write(`bot_instances/${id}`, QUEUED);
      await times(2, (n) => claim(["a", "b"][n] ?? ""));
      for (const id of ["a", "b"]) expect(await instance(id)).to.include({ status: "processing" });
      expect(await use().list("bot_sessions")).to.deep.equal([]);
    });

    it("of the same occurrence is not recorded twice", async () => {
      const start_at = new Date(Date.now() - 60_000);
      await use().write("bot_instances/first", { ...THEIRS, start_at });
      await claim("first", "t");
      await use().store.transact("first", starting);
      await use().store.transact("first", completing);
      await use().write("bot_instances/second", { ...THEIRS, start_at });
      await claim("second");
      expect(await instance("second")).to.include({ status: "cancelled" });
    });

    it("takes the room once although the answer to its claim was lost", async () => {
      await use().write("bot_instances/x", THEIRS);
      const outcome = await use().losingTheNextCommit().transact("x", claiming("t"));
      expect(outcome).to.include({ ok: true });
      expect(await instance("x")).to.include({ status: "processing", attempt: 1 });
    });

    it("ends once although the answer to that was lost", async () => {
      await use().write("meetings/one", inOrg());
      await serveOnce(use(), "meetings/one", newCall());
      await use().write("bot_instances/x", THEIRS);
      const outcome = await use().losingTheNextCommit().transact("x", claiming("t"));
      expect(outcome).to.include({ ok: true });
      expect(await instance("x")).to.include({ status: "cancelled" });
    });
  });
}
