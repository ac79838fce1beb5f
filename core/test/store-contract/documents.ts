import { expect } from "chai";
import { HOUR } from "../../src/time.ts";
import type { StoreUnderTest } from "../support/firestore-under-test.ts";
import { LINK } from "../support/instances.ts";
import {
  ago,
  claiming,
  completing,
  failingForGood,
  inOrg,
  type MakeStore,
  newCall,
  QUEUED,
  RENAMED,
  starting,
} from "./vocabulary.ts";

/** What becomes of the fields of a document. */
export function describeDocuments(use: () => StoreUnderTest, make: MakeStore): void {
  describe("a document", () => {
    it("keeps the fields that we do not know", async () => {
      const theirs = { theirs: { deep: [1, { x: null }] }, note: "n", at_will: ago(0) };
      await use().write("bot_instances/x", { ...QUEUED, ...theirs });
      const before = await use().read("bot_instances/x");
      await use().store.transact("x", claiming("t"));
      await use().store.transact("x", starting);
      await use().store.transact("x", completing);
      const { theirs: kept, note, at_will } = (await use().read("bot_instances/x")) ?? {};
      expect({ kept, note, at_will }).to.deep.equal({
        kept: theirs.theirs,
        note: "n",
        at_will: before?.["at_will"],
      });
    });

    it("keeps fields whose names are no paths, or look like several", async () => {
      const theirs = { "a.b": 1, a: { c: 2 }, "x/y": 3, "[~*`": 4 };
      await use().write("bot_instances/x", { ...QUEUED, ...theirs });
      await use().store.transact("x", claiming("t"));
      await use().store.transact("x", failingForGood("t"));
      const left = (await use().read("bot_instances/x")) ?? {};
      expect(left).to.deep.include(theirs);
      expect(left).to.include({ status: "failed" }).and.not.have.property("wake_at");
    });

    it("of any shape can be claimed and ended", async () => {
      const types = { meetings: "x", attempt: "1", wake_at: "soon", created_at: "yesterday" };
      const values = { meetings: ["", "x", 7, "a//b"], session_key: "a/b", outputs: "none" };
      const poison = {
        seats: { a: null },
        phase_at: { claimed: "x", joining: null },
        error: null,
        outputs: [null],
        attempt: Number.NaN,
        launch_failures: Number.POSITIVE_INFINITY,
        anchor_at: "__proto__",
        wanted_links: -1,
        meetings: ["meetings/..", "__x__/y"],
        execution: "x",
        progress: "x",
      };
      for (const odd of [types, values, poison]) {
        await use().write("bot_instances/x", { ...QUEUED, ...odd });
        expect(await use().store.transact("x", claiming("t"))).to.include({ ok: true });
        expect(await use().store.transact("x", starting)).to.include({ ok: true });
        expect(await use().store.transact("x", completing)).to.include({ ok: true });
        expect(await use().read("bot_instances/x")).to.include({ status: "done", attempt: 1 });
      }
    });

    it("of any shape does not keep the sweep from the others", async () => {
      const wake_at = ago(HOUR);
      await use().write("bot_instances/x", { ...QUEUED, wake_at, seats: { a: null } });
      await use().write("bot_instances/y", { ...QUEUED, wake_at });
      const due = await use().store.findDue(Date.now(), 10);
      expect(due.map(({ id }) => id)).to.deep.equal(["x", "y"]);
    });

    it("may be linked to whatever its user wrote, which stays", async () => {
      for (const bot_instance_id of ["a/b", ".", "..", "__all__", "x".repeat(2000)]) {
        await use().write("meetings/one", inOrg({ bot_instance_id }));
        const outcome = await use().store.serve("meetings/one", newCall());
        expect(outcome).to.deep.equal({ kind: "ignored", reason: "already-linked" });
      }
    });
  });

  describe("a document whose names the user chose", () => {
    let renamed: StoreUnderTest;
    beforeEach(async () => {
      renamed = await make(RENAMED);
    });
    afterEach(() => renamed.close());

    it("is read and written under them", async () => {
      await renamed.write("meetings/one", { meeting_url: LINK, state: "planned", status: "mine" });
      const call = newCall();
      await renamed.store.serve("meetings/one", call);
      expect(await renamed.read(`bot_instances/${call.instanceId}`)).to.include({ condition: "P" });
      expect(await renamed.read("meetings/one")).to.include({
        bot: call.instanceId,
        state: "planned",
        status: "mine",
      });
      await renamed.store.transact(call.instanceId, failingForGood(call.token));
      await renamed.store.tellMeetings(call.instanceId);
      expect(await renamed.read(`bot_instances/${call.instanceId}`)).to.include({ condition: "F" });
      const { recording } = (await renamed.read("meetings/one")) ?? {};
      expect(recording).to.deep.include({ status: "failed" });
    });

    it("is cancelled by them", async () => {
      const planned = { meeting_url: LINK, state: "moved", start: ago(-HOUR) };
      await renamed.write("meetings/one", planned);
      const call = newCall();
      await renamed.store.serve("meetings/one", call);
      await renamed.edit("meetings/one", { state: "off" });
      await renamed.store.serve("meetings/one", newCall());
      expect(await renamed.read(`bot_instances/${call.instanceId}`)).to.include({ condition: "C" });
      expect(await renamed.read("meetings/one")).to.include({ bot: null });
    });
  });
}
