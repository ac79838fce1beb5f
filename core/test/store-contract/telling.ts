import { expect } from "chai";
import { MINUTE } from "../../src/time.ts";
import type { StoreUnderTest } from "../support/firestore-under-test.ts";
import {
  ago,
  cancelling,
  claiming,
  completing,
  inOrg,
  instanceOf,
  linksOf,
  newCall,
  OUTPUT,
  record,
  serveOnce,
  starting,
  times,
} from "./vocabulary.ts";

/** More than two pages of links. */
const MANY = 120;
/** The most that a document can hold, less what else is in it. */
const FULL = "x".repeat(1_048_000);

/** How meetings come to know what has become of their bot. */
export function describeTelling(use: () => StoreUnderTest): void {
  const start = ago(MINUTE);
  const serve = async (path = "meetings/one", call = { ...newCall(), token: "t" }) =>
    instanceOf(await serveOnce(use(), path, call)).id;
  const write = (path = "meetings/one", fields: object = {}) =>
    use().write(path, inOrg({ start, ...fields }));
  const shown = async (path = "meetings/one") => (await use().read(path))?.["recording"];
  const instance = async (id: string) => (await use().read(`bot_instances/${id}`)) ?? {};

  describe("the links of an instance", () => {
    it("are documents that name a meeting's document, and are counted", async () => {
      for (const path of ["meetings/one", "teams/a/meetings/two"]) await write(path);
      const id = await serve();
      await serve("teams/a/meetings/two", newCall());
      const links = await linksOf(use(), id);
      expect(links.map(({ meeting_path: path }) => path)).to.have.members([
        "meetings/one",
        "teams/a/meetings/two",
      ]);
      for (const link of links) {
        expect(link).to.include({ state: "wanted", organization_id: "org" });
        expect(link).to.include.keys("meeting_created_at", "request_hash", "joined_at");
      }
      expect(await instance(id))
        .to.include({ wanted_links: 2 })
        .and.not.have.property("meetings");
    });

    it("are gone of who leaves a bot to others, and former of who leaves it last", async () => {
      for (const path of ["meetings/one", "meetings/two"]) await write(path);
      const id = await serve();
      await serve("meetings/two", newCall());
      await use().store.transact(id, starting);
      for (const path of ["meetings/one", "meetings/two"]) {
        await use().edit(path, { status: "cancelled" });
        await serveOnce(use(), path);
      }
      const links = await linksOf(use(), id);
      expect(links.map(({ meeting_path: path, state }) => [path, state])).to.deep.equal([
        ["meetings/two", "former"],
      ]);
      expect(await instance(id)).to.include({ wanted_links: 0, former_links: 1 });
      await use().store.transact(id, completing);
      await use().store.tellMeetings(id);
      expect(await shown("meetings/two")).to.include({ video_uri: OUTPUT.uri });
      expect(await shown("meetings/one")).to.not.have.property("video_uri");
    });
  });

  describe("the end of an instance", () => {
    it("is due until its meetings know, and not after", async () => {
      await write();
      const id = await serve();
      await use().store.transact(id, starting);
      await use().store.transact(id, completing);
      // Whoever was to tell them was killed here.
      expect(await shown()).to.include({ status: "processing" });
      expect(await instance(id)).to.have.property("wake_at");
      const due = await use().store.findDue(Date.now() + 1000, 10);
      expect(due.map((found) => found.id)).to.deep.equal([id]);
      expect(await use().store.tellMeetings(id)).to.deep.equal({ toServe: [], untold: [] });
      expect(await shown()).to.include({ status: "done", video_uri: OUTPUT.uri });
      expect(await instance(id)).to.not.have.property("wake_at");
    });

    it("is told to all of many meetings, whoever else tells them at the same time", async () => {
      const paths = Array.from({ length: MANY }, (_, n) => `meetings/${n}`);
      await use().writeAll(paths, inOrg({ start }));
      const id = await serve("meetings/0");
      for (const path of paths.slice(1)) await use().store.serve(path, newCall());
      await use().store.transact(id, starting);
      await use().store.transact(id, completing);
      await times(2, () => use().store.tellMeetings(id));
      for (const path of paths) expect(await shown(path), path).to.include({ status: "done" });
      expect(await instance(id)).to.not.have.property("wake_at");
    });

    it("is kept from nobody by a meeting that can take no more, which is marked", async () => {
      for (const path of ["meetings/a", "meetings/full", "meetings/z"]) await write(path);
      const id = await serve("meetings/a");
      for (const path of ["meetings/full", "meetings/z"]) await serve(path, newCall());
      await use().store.transact(id, starting);
      await use().store.transact(id, completing);
      await use().edit("meetings/full", { notes: FULL });
      const told = await use().store.tellMeetings(id);
      expect(told).to.deep.equal({ toServe: [], untold: ["meetings/full"] });
      for (const path of ["meetings/a", "meetings/z"]) {
        expect(await shown(path)).to.include({ status: "done" });
      }
      const links = await linksOf(use(), id);
      const marked = links.filter(({ untold }) => untold !== undefined);
      expect(marked.map(({ meeting_path: path }) => path)).to.deep.equal(["meetings/full"]);
      expect(await instance(id)).to.not.have.property("wake_at");
      expect(await use().store.tellMeetings(id)).to.deep.equal({ toServe: [], untold: [] });
    });

    it("is told to no document that was deleted and written again, nor to another organisation's", async () => {
      for (const path of ["meetings/a", "meetings/again", "meetings/moved"]) await write(path);
      const id = await serve("meetings/a");
      for (const path of ["meetings/again", "meetings/moved"]) await serve(path, newCall());
      await use().remove("meetings/again");
      await write("meetings/again", { bot_instance_id: id });
      await use().edit("meetings/moved", { creator_organization_id: "other" });
      await record(use(), id);
      expect(await shown("meetings/a")).to.include({ video_uri: OUTPUT.uri });
      expect(await shown("meetings/again")).to.equal(undefined);
      expect(await shown("meetings/moved")).to.not.have.property("video_uri");
    });

    it("takes over nothing of what the user keeps in the map", async () => {
      await write();
      const id = await serve();
      await use().edit("meetings/one", { "recording.mine": { deep: [1] } });
      await record(use(), id);
      expect(await shown()).to.deep.include({ mine: { deep: [1] }, status: "done" });
    });
  });

  describe("a document as large as one can be", () => {
    it("gets no bot, and is let go all the same", async () => {
      await write("meetings/full", { notes: `${FULL}${"x".repeat(200)}` });
      const outcome = await use().store.serve("meetings/full", newCall());
      expect(outcome).to.deep.equal({ kind: "ignored", reason: "not-writable" });
      expect(await use().list("bot_instances")).to.deep.equal([]);
    });

    it("that had one is taken off it", async () => {
      await write();
      const id = await serve();
      await use().edit("meetings/one", { status: "cancelled", notes: FULL });
      expect(await use().store.serve("meetings/one", newCall())).to.include({ kind: "released" });
      expect(await instance(id)).to.have.property("cancel_requested_at");
    });
  });

  describe("a bot that another one gives way to", () => {
    /** A bot is in the room, of nobody's plan; another one is due that was planned. */
    const adHoc = async () => {
      await write("meetings/now", { start: null });
      const there = await serve("meetings/now");
      await use().store.transact(there, starting);
      await use().edit(`bot_instances/${there}`, {
        phase: "recording",
        created_at: ago(MINUTE),
        progress: { bytes_stored: 1 },
      });
      return there;
    };
    const due = async (id: string) => {
      await use().edit(`bot_instances/${id}`, { wake_at: ago(0) });
      return use().store.transact(id, claiming("u"));
    };
    const planned = async () => {
      await write("meetings/planned", { start: ago(-3 * MINUTE) });
      return serve("meetings/planned", newCall());
    };

    it("has its meetings and records for them", async () => {
      const plan = await planned();
      const there = await adHoc();
      expect(await due(plan)).to.include({ ok: true });
      expect(await instance(plan)).to.include({ status: "cancelled", merged_into: there });
      expect(await instance(there)).to.include({ wanted_links: 2 });
      expect(await shown("meetings/planned")).to.include({ status: "queued" });
      const told = await use().store.tellMeetings(plan);
      expect(told.toServe).to.deep.equal(["meetings/planned"]);
      expect(await instance(plan)).to.have.property("wake_at");
      await serveOnce(use(), "meetings/planned");
      expect(await use().read("meetings/planned")).to.include({ bot_instance_id: there });
      expect(await use().store.tellMeetings(plan)).to.deep.equal({ toServe: [], untold: [] });
      expect(await instance(plan)).to.not.have.property("wake_at");
      expect(await linksOf(use(), there)).to.have.length(2);
    });

    it("leaves them to be served anew when it has recorded nothing", async () => {
      const plan = await planned();
      const there = await adHoc();
      await due(plan);
      await use().edit(`bot_instances/${there}`, { progress: {} });
      await serveOnce(use(), "meetings/planned");
      await use().store.transact(there, cancelling);
      await use().edit(`bot_instances/${there}`, { status: "cancelled", phase: "joining" });
      const { toServe } = await use().store.tellMeetings(there);
      expect(toServe).to.deep.equal(["meetings/planned"]);
      const { id, status } = instanceOf(await serveOnce(use(), "meetings/planned"));
      expect(status).to.be.oneOf(["queued", "processing"]);
      expect(id).to.not.equal(there);
    });
  });
}
