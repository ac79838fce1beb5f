import { expect } from "chai";
import { report } from "../../src/bot-instance/transitions/report.ts";
import { HOUR, MINUTE } from "../../src/time.ts";
import type { StoreUnderTest } from "../support/firestore-under-test.ts";
import { LINK } from "../support/instances.ts";
import {
  ago,
  completing,
  failingForGood,
  inOrg,
  instanceOf,
  newCall,
  OUTPUT,
  record,
  scheduled,
  serveOnce,
  starting,
  times,
} from "./vocabulary.ts";

/** Who shares a bot. */
export function describeRooms(use: () => StoreUnderTest): void {
  describe("a room", () => {
    const start_ = () => ago(MINUTE);

    it("has one bot for all links of an organisation to it, and all get the recording", async () => {
      const start = start_();
      const iso = start.toISOString().replace("Z", "+00:00");
      await use().write("meetings/one", inOrg({ start }));
      await use().write("meetings/two", inOrg({ start: iso, meeting_url: `${LINK}?authuser=1` }));
      const call = { ...newCall(), token: "t" };
      const first = await serveOnce(use(), "meetings/one", call);
      const second = await serveOnce(use(), "meetings/two", newCall());
      expect([first.kind, second.kind]).to.deep.equal(["created", "joined"]);
      expect(instanceOf(second).id).to.equal(call.instanceId);
      await record(use(), call.instanceId);
      const [one, two] = await times(2, (n) => use().read(`meetings/${["one", "two"][n]}`));
      for (const meeting of [one, two]) {
        expect(meeting).to.have.nested.property("recording.video_uri", OUTPUT.uri);
        expect(meeting).to.have.nested.property("recording.status", "done");
      }
      expect(await use().list("bot_instances")).to.have.length(1);
    });

    it("has one bot for two meetings that are written at once", async () => {
      await use().write("meetings/one", inOrg());
      await use().write("meetings/two", inOrg({ meeting_url: `${LINK}?authuser=1` }));
      const outcomes = await times(2, (n) =>
        serveOnce(use(), `meetings/${["one", "two"][n]}`, newCall()),
      );
      expect(outcomes.map(({ kind }) => kind).toSorted()).to.deep.equal(["created", "joined"]);
      expect(await use().list("bot_instances")).to.have.length(1);
    });

    it("gives a late copy the recording that is there, and no second bot", async () => {
      const start = start_();
      await use().write("meetings/one", inOrg({ start }));
      const call = { ...newCall(), token: "t" };
      await serveOnce(use(), "meetings/one", call);
      await record(use(), call.instanceId);
      await use().write("meetings/late", inOrg({ start }));
      expect((await serveOnce(use(), "meetings/late", newCall())).kind).to.equal("joined");
      const late = await use().read("meetings/late");
      expect(late).to.have.nested.property("recording.video_uri", OUTPUT.uri);
      expect(await use().list("bot_instances")).to.have.length(1);
    });

    it("has no second bot for a guest's event that comes again after the end", async () => {
      await use().write("meetings/one", inOrg());
      await use().write("meetings/two", inOrg({ meeting_url: `${LINK}?authuser=1` }));
      const call = { ...newCall(), token: "t" };
      await serveOnce(use(), "meetings/one", call);
      await serveOnce(use(), "meetings/two", newCall());
      await use().store.transact(call.instanceId, starting);
      const recordingEndedAt = Date.now() + MINUTE;
      await use().store.transact(call.instanceId, (instance, at) =>
        report(instance, { token: "t", runnerId: "r", recordingEndedAt }, at),
      );
      await use().store.transact(call.instanceId, completing);
      await use().store.tellMeetings(call.instanceId);
      const again = await serveOnce(use(), "meetings/two", newCall());
      expect(again).to.deep.equal({ kind: "ignored", reason: "already-linked" });
      expect(await use().list("bot_instances")).to.have.length(1);
    });

    it("has another bot for another occurrence, even while the first is there", async () => {
      await use().write("meetings/one", inOrg({ start: ago(5 * MINUTE) }));
      await use().write("meetings/two", inOrg({ start: ago(MINUTE) }));
      const one = instanceOf(await serveOnce(use(), "meetings/one"));
      const two = instanceOf(await serveOnce(use(), "meetings/two"));
      expect(two).to.include({ status: "processing", takesOverFrom: one.id });
      expect(await use().store.find(one.id)).to.include({ succeededBy: two.id });
      expect(await use().list("bot_sessions")).to.have.length(1);
    });

    it("has a bot for a meeting that is on now, although next week's is planned", async () => {
      await use().write("meetings/next", inOrg({ start: ago(-7 * 24 * HOUR) }));
      await use().write("meetings/now", inOrg());
      await serveOnce(use(), "meetings/next", newCall());
      const now = await serveOnce(use(), "meetings/now", newCall());
      expect(now.kind).to.equal("created");
      expect(instanceOf(now)).to.include({ status: "processing" });
    });

    it("has another bot after one that failed", async () => {
      await use().write("meetings/one", inOrg());
      const call = newCall();
      await serveOnce(use(), "meetings/one", call);
      await use().store.transact(call.instanceId, failingForGood(call.token));
      await use().write("meetings/two", inOrg());
      expect((await serveOnce(use(), "meetings/two", newCall())).kind).to.equal("created");
    });

    it("is nobody else's without an organisation", async () => {
      await use().write("meetings/one", scheduled());
      await use().write("meetings/two", scheduled());
      const outcomes = await times(2, (n) =>
        serveOnce(use(), `meetings/${["one", "two"][n]}`, newCall()),
      );
      expect(outcomes.map(({ kind }) => kind)).to.deep.equal(["created", "created"]);
    });

    it("is not shared between organisations", async () => {
      await use().write("meetings/one", inOrg());
      await use().write("meetings/two", inOrg({ creator_organization_id: "other" }));
      const outcomes = await times(2, (n) =>
        serveOnce(use(), `meetings/${["one", "two"][n]}`, newCall()),
      );
      expect(outcomes.map(({ kind }) => kind)).to.deep.equal(["created", "created"]);
    });
  });
}
