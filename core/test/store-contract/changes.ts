import { expect } from "chai";
import { DAY, HOUR, MINUTE } from "../../src/time.ts";
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
  reporting,
  scheduled,
  serveOnce,
  starting,
} from "./vocabulary.ts";

const OTHER_ROOM = "https://meet.google.com/xyz-defg-hij";

/** What a user changes after a meeting has got its bot. */
export function describeChanges(use: () => StoreUnderTest): void {
  const serve = async (path = "meetings/one", call = newCall()) =>
    instanceOf(await serveOnce(use(), path, call));
  const change = async (fields: Record<string, unknown>, path = "meetings/one") => {
    await use().edit(path, fields);
    return serve(path);
  };
  const meeting = async (path = "meetings/one") => (await use().read(path)) ?? {};
  const instance = async (id: string) => (await use().read(`bot_instances/${id}`)) ?? {};
  const sent = () => serve("meetings/one", { ...newCall(), token: "t" });

  describe("a meeting that is cancelled", () => {
    it("takes its waiting bot along, and is told so", async () => {
      await use().write("meetings/one", inOrg({ start: ago(-HOUR) }));
      const { id } = await serve();
      expect(await change({ status: "cancelled" })).to.include({ id, status: "cancelled" });
      expect(await instance(id))
        .to.include({ status: "cancelled" })
        .and.not.have.property("wake_at");
      const { recording, ...fields } = await meeting();
      expect(fields).to.include({ bot_instance_id: null });
      expect(recording).to.include({ status: "cancelled", bot_instance_id: id });
    });

    it("ends the bot that was sent as soon as it comes up", async () => {
      await use().write("meetings/one", inOrg());
      const { id } = await sent();
      await change({ status: "cancelled" });
      expect(await instance(id)).to.include({ status: "processing" });
      await use().store.transact(id, starting);
      expect(await instance(id)).to.include({ status: "cancelled" });
    });

    it("asks the bot in the room to leave, which may still store what it has", async () => {
      await use().write("meetings/one", inOrg());
      const { id } = await sent();
      await use().store.transact(id, starting);
      await change({ status: "cancelled" });
      const told = await use().store.transact(id, reporting);
      expect(told.ok && told.instance.cancelRequestedAt).to.be.a("number");
      await use().store.transact(id, completing);
      expect(await instance(id)).to.include({ status: "done" });
    });

    it("keeps the recording that is there", async () => {
      await use().write("meetings/one", inOrg());
      await record(use(), (await sent()).id);
      await change({ status: "cancelled" });
      expect(await meeting()).to.have.nested.property("recording.video_uri", OUTPUT.uri);
      expect(await meeting()).to.include({ bot_instance_id: null });
    });

    it("leaves the bot to the others, until the last is gone", async () => {
      for (const path of ["meetings/one", "meetings/two"]) await use().write(path, inOrg());
      const { id } = await serve();
      await serve("meetings/two");
      await change({ status: "cancelled" });
      expect(await instance(id)).to.deep.include({
        status: "processing",
        wanted_links: 1,
      });
      expect(await instance(id)).to.not.have.property("cancel_requested_at");
      await change({ status: "cancelled" }, "meetings/two");
      expect(await instance(id)).to.have.property("cancel_requested_at");
    });

    for (const [when, start] of [
      ["before", () => ago(-HOUR)],
      ["after", () => ago(MINUTE)],
    ] as const) {
      it(`and wanted again gets a bot, when the first was cancelled ${when} it was sent`, async () => {
        await use().write("meetings/one", inOrg({ start: start() }));
        const first = await serve();
        await change({ status: "cancelled" });
        const second = await change({ status: "scheduled" });
        expect(second.id).to.not.equal(first.id);
        expect(second.cancelRequestedAt).to.equal(undefined);
        expect(await meeting()).to.include({ bot_instance_id: second.id });
      });
    }
  });

  describe("a meeting that is deleted", () => {
    const remove = async (path: string) => {
      const { bot_instance_id: formerInstanceId } = await meeting(path);
      await use().remove(path);
      const call = { ...newCall(), formerInstanceId: String(formerInstanceId) };
      return [await serveOnce(use(), path, call), await serveOnce(use(), path, call)] as const;
    };

    it("takes its bot along when it was the last, however often that is told", async () => {
      for (const path of ["meetings/one", "meetings/two"]) await use().write(path, inOrg());
      const { id } = await serve();
      await serve("meetings/two");
      const [gone, again] = await remove("meetings/one");
      expect([gone.kind, again.kind]).to.deep.equal(["released", "ignored"]);
      expect(await instance(id)).to.not.have.property("cancel_requested_at");
      await remove("meetings/two");
      expect(await instance(id)).to.have.property("cancel_requested_at");
    });

    it("and written anew meanwhile keeps its bot", async () => {
      await use().write("meetings/one", inOrg());
      const { id } = await serve();
      await use().write("meetings/one", inOrg());
      const served = await serveOnce(use(), "meetings/one", { ...newCall(), formerInstanceId: id });
      expect(instanceOf(served)).to.include({ id });
      expect(await instance(id)).to.include({ wanted_links: 1 });
    });
  });

  describe("a meeting that asks for something else", () => {
    it("gets another bot after it was mended", async () => {
      await use().write("meetings/one", scheduled({ bot_name: 7 }));
      const first = await serve();
      const second = await change({ bot_name: null });
      expect(second).to.include({ status: "processing" });
      expect(second.id).to.not.equal(first.id);
    });

    it("gets another bot after one that failed for the wrong password", async () => {
      await use().write("meetings/one", inOrg());
      const call = newCall();
      const first = await serve("meetings/one", call);
      await use().store.transact(first.id, failingForGood(call.token));
      const second = await change({ meeting_url: `${LINK}?pwd=mended` });
      expect(second).to.include({ status: "processing", meetingUrl: `${LINK}?pwd=mended` });
      expect(second.id).to.not.equal(first.id);
    });

    it("gets a bot in the right room after the wrong one was recorded, whoever it belongs to", async () => {
      const start = ago(MINUTE);
      for (const fields of [inOrg({ start }), scheduled({ start })]) {
        await use().write("meetings/one", fields);
        const first = await sent();
        await record(use(), first.id);
        const second = await change({ meeting_url: OTHER_ROOM });
        expect(second).to.include({ status: "processing", meetingUrl: OTHER_ROOM });
      }
    });

    it("moves to another room in one transaction", async () => {
      await use().write("meetings/one", inOrg({ start: ago(-HOUR) }));
      const first = await serve();
      const second = await change({ meeting_url: OTHER_ROOM });
      expect(await instance(first.id)).to.include({ status: "cancelled", wanted_links: 0 });
      expect(await instance(second.id)).to.include({ status: "queued", meeting_url: OTHER_ROOM });
      expect(await use().list("bot_sessions")).to.have.length(2);
    });

    it("is sent for at its new time, by the same bot when the occurrence is the same", async () => {
      const occurrence_start_utc = ago(-HOUR);
      await use().write(
        "meetings/one",
        inOrg({ occurrence_start_utc, start: occurrence_start_utc }),
      );
      const first = await serve();
      const later = await change({ start: ago(-DAY) });
      expect(later).to.include({ id: first.id, status: "queued" });
      expect(later.wakeAt).to.be.greaterThan(first.wakeAt ?? 0);
      const now = await change({ start: ago(MINUTE) });
      expect(now).to.include({ id: first.id, status: "processing", attempt: 1 });
    });

    it("loses the option that its user took away", async () => {
      const start = ago(-HOUR);
      await use().write("meetings/one", inOrg({ start, recording_options: { preset: "slow" } }));
      const { id } = await serve();
      await change({ recording_options: null });
      expect(await instance(id))
        .to.include({ status: "queued" })
        .and.not.have.property("recording_options");
    });

    it("keeps the bot that is at work, and asks for nothing twice", async () => {
      await use().write("meetings/one", inOrg());
      const { id } = await sent();
      const { updated_at: _, ...before } = await instance(id);
      const recording_options = { preset: "slow" };
      expect(await change({ recording_options })).to.include({ id });
      expect(await instance(id)).to.deep.include({ ...before, recording_options });
    });

    it("gets no second bot for a detail that changes after the recording", async () => {
      await use().write("meetings/one", inOrg({ start: ago(MINUTE) }));
      const { id } = await sent();
      await record(use(), id);
      expect(await change({ recording_options: { preset: "slow" } })).to.include({ id });
      expect(await meeting()).to.have.nested.property("recording.video_uri", OUTPUT.uri);
    });
  });
}
