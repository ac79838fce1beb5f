import { expect } from "chai";
import { MINUTE } from "../../src/time.ts";
import type { StoreUnderTest } from "../support/firestore-under-test.ts";
import {
  ago,
  completing,
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

/** What becomes of a meeting. */
export function describeMeetings(use: () => StoreUnderTest): void {
  describe("a meeting", () => {
    it("gets one bot, claimed in the same transaction", async () => {
      await use().write("meetings/one", scheduled());
      const call = newCall();
      const outcome = await serveOnce(use(), "meetings/one", call);
      expect(outcome.kind).to.equal("created");
      expect(await use().read(`bot_instances/${call.instanceId}`)).to.include({
        status: "processing",
        claim_token: call.token,
        attempt: 1,
      });
      expect(await use().read("meetings/one")).to.deep.include({
        ...scheduled(),
        bot_instance_id: call.instanceId,
      });
      const { recording } = (await use().read("meetings/one")) ?? {};
      expect(recording).to.have.all.keys(
        "status",
        "phase",
        "bot_instance_id",
        "request_hash",
        "details_hash",
      );
      expect(recording).to.include({ status: "processing", bot_instance_id: call.instanceId });
    });

    it("gets one bot from two calls at once", async () => {
      await use().write("meetings/one", scheduled());
      const outcomes = await times(2, () => serveOnce(use(), "meetings/one", newCall()));
      expect(outcomes.filter(({ kind }) => kind === "created")).to.have.length(1);
      expect(await use().list("bot_instances")).to.have.length(1);
    });

    it("changes nothing when its event is delivered three times at once, and once more later", async () => {
      await use().write("meetings/one", scheduled());
      await times(3, () => serveOnce(use(), "meetings/one", newCall()));
      const after = await use().read("meetings/one");
      const late = await serveOnce(use(), "meetings/one", newCall());
      expect(late).to.deep.equal({ kind: "ignored", reason: "already-linked" });
      expect(await use().read("meetings/one")).to.deep.equal(after);
      expect(await use().list("bot_instances")).to.have.length(1);
    });

    it("that is gone when its event comes gets none", async () => {
      const outcome = await serveOnce(use(), "meetings/gone", newCall());
      expect(outcome).to.deep.equal({ kind: "ignored", reason: "nothing-to-cancel" });
      expect(await use().list("bot_instances")).to.deep.equal([]);
    });

    it("in a sub-collection is served like any other", async () => {
      await use().write("teams/a/meetings/one", scheduled());
      const { meetingPath, id } = instanceOf(
        await serveOnce(use(), "teams/a/meetings/one", newCall()),
      );
      expect(meetingPath).to.equal("teams/a/meetings/one");
      expect(await use().read("teams/a/meetings/one")).to.include({ bot_instance_id: id });
    });

    it("that cannot be served is told why, as its instance is", async () => {
      await use().write("meetings/one", scheduled({ meeting_url: 7 }));
      const { id } = instanceOf(await serveOnce(use(), "meetings/one", newCall()));
      const { recording } = (await use().read("meetings/one")) ?? {};
      expect(recording).to.have.nested.property("error.code", "INVALID_MEETING");
      expect(recording).to.have.property("status", "failed");
      expect(await use().read(`bot_instances/${id}`))
        .to.include({ status: "failed" })
        .and.not.have.property("wake_at");
    });

    it("has its options copied as they are", async () => {
      const recording_options = {
        formats: ["video.mp4"],
        max_duration_minutes: 0.5 + 1,
        crf: null,
      };
      await use().write("meetings/one", scheduled({ recording_options }));
      const { id } = instanceOf(await serveOnce(use(), "meetings/one", newCall()));
      const stored = await use().read(`bot_instances/${id}`);
      const { recording_options: asked } = (await use().read("meetings/one")) ?? {};
      expect(stored?.["recording_options"]).to.deep.equal(asked);
    });

    it("shows the result when its instance has ended", async () => {
      await use().write("meetings/one", scheduled());
      const call = { ...newCall(), token: "t" };
      await serveOnce(use(), "meetings/one", call);
      await record(use(), call.instanceId);
      const { recording } = (await use().read("meetings/one")) ?? {};
      expect(recording)
        .to.have.property("request_hash")
        .that.matches(/^2:[0-9a-f]{64}$/);
      expect(recording).to.deep.include({
        status: "done",
        video_uri: OUTPUT.uri,
        duration_seconds: 20,
        partial: false,
      });
    });

    it("shows the result whatever was written where its request was noted", async () => {
      await use().write("meetings/one", scheduled());
      const call = { ...newCall(), token: "t" };
      await serveOnce(use(), "meetings/one", call);
      await use().edit("meetings/one", { recording: { request_hash: { phaseAt: null } } });
      await record(use(), call.instanceId);
      const { recording } = (await use().read("meetings/one")) ?? {};
      expect(recording).to.deep.include({ status: "done", request_hash: { phaseAt: null } });
    });

    it("that was deleted or linked elsewhere meanwhile does not keep its instance from ending", async () => {
      const start = ago(MINUTE);
      for (const name of ["one", "two", "three"]) {
        await use().write(`meetings/${name}`, inOrg({ start }));
      }
      const call = { ...newCall(), token: "t" };
      await serveOnce(use(), "meetings/one", call);
      await serveOnce(use(), "meetings/two", newCall());
      await serveOnce(use(), "meetings/three", newCall());
      await use().remove("meetings/one");
      await use().write("meetings/two", inOrg({ bot_instance_id: "another" }));
      await use().store.transact(call.instanceId, starting);
      const outcome = await use().store.transact(call.instanceId, completing);
      expect(outcome).to.include({ ok: true });
      await use().store.tellMeetings(call.instanceId);
      expect(await use().read("meetings/one")).to.equal(undefined);
      // It was its bot: what that has recorded is shown, but not how the other one is getting on.
      const { recording } = (await use().read("meetings/two")) ?? {};
      expect(recording).to.include({ video_uri: OUTPUT.uri }).and.not.have.property("status");
      expect(await use().read("meetings/three")).to.have.nested.property(
        "recording.status",
        "done",
      );
    });
  });
}
