import { expect } from "chai";
import { parseMeeting } from "../../src/meeting/meeting.ts";
import { sessionKeyOf } from "../../src/session/session.ts";
import { HOUR, MINUTE } from "../../src/time.ts";
import type { StoreUnderTest } from "../support/firestore-under-test.ts";
import { NAMING, RULES } from "../support/instances.ts";
import {
  ago,
  claimedFields,
  completing,
  inOrg,
  instanceOf,
  linksOf,
  newCall,
  OUTPUT,
  QUEUED,
  record,
  serveOnce,
  startedFields,
} from "./vocabulary.ts";

/** Documents as the version before has written them, which a release finds in mid-life. */
export function describeEarlier(use: () => StoreUnderTest): void {
  const instance = async (id = "x") => (await use().read(`bot_instances/${id}`)) ?? {};

  /** Meetings that share the instance `x`, and the lock with its seat, by occurrence. */
  async function write(start: Date | undefined, fields: object, paths = ["meetings/one"]) {
    const asked = inOrg(start ? { start } : {});
    const document = { ...asked, ...(start && { start: start.toISOString() }) };
    const meeting = parseMeeting(document, NAMING.meeting, RULES);
    const { requestHashV1: request_hash } = meeting;
    const recording = { status: Object(fields).status, request_hash };
    await use().writeAll(paths, { ...asked, bot_instance_id: "x", recording });
    const session_key = sessionKeyOf(meeting, "meetings/one");
    const occurrence_key = start?.toISOString() ?? "ad-hoc";
    const ofBoth = { ...(start && { start_at: start }), status: Object(fields).status };
    await use().write("bot_instances/x", {
      ...fields,
      ...ofBoth,
      ...{ creator_organization_id: "org", meetings: paths },
      ...{ request_hash, session_key, occurrence_key, created_at: ago(2 * MINUTE) },
    });
    const seat = { instance_id: "x", ...ofBoth, updated_at: ago(MINUTE) };
    await use().write(`bot_sessions/${session_key}`, { seats: { [occurrence_key]: seat } });
  }
  const there = () => ({ ...startedFields(), wake_at: ago(-MINUTE), claimed_at: ago(MINUTE) });

  for (const [what, start, fields] of [
    ["waits", () => ago(-HOUR), () => ({ ...QUEUED, wake_at: ago(-HOUR + 2 * MINUTE) })],
    ["was sent for now", () => undefined, () => ({ ...claimedFields(), wake_at: ago(-MINUTE) })],
    ["is in the room", () => ago(MINUTE), there],
    ["is in the room for now", () => undefined, there],
  ] as const) {
    describe(`a bot of the version before that ${what}`, () => {
      it("is kept by its meeting, however often that is served", async () => {
        await write(start(), fields());
        for (const _ of [1, 2]) {
          const { kind } = await use().store.serve("meetings/one", newCall());
          expect(kind).to.be.oneOf(["ignored", "noted", "replanned"]);
        }
        expect(await use().list("bot_instances")).to.deep.equal(["x"]);
        expect(await use().read("meetings/one")).to.include({ bot_instance_id: "x" });
        expect(await use().store.find("x")).to.include({ wantedLinks: 1 });
      });

      it("is joined by copies that come now, and let go by all", async () => {
        const begins = start();
        await write(begins, fields());
        const copies = ["meetings/copy", "meetings/another"];
        for (const [index, path] of copies.entries()) {
          await use().write(path, inOrg(begins ? { start: begins } : {}));
          const joined = await serveOnce(use(), path);
          expect(joined.kind).to.equal("joined");
          expect(instanceOf(joined)).to.include({ id: "x", wantedLinks: index + 2 });
        }
        for (const path of ["meetings/one", ...copies]) {
          expect(await instance()).to.not.have.property("cancel_requested_at");
          await use().edit(path, { status: "cancelled" });
          expect(await use().store.serve(path, newCall())).to.include({ kind: "released" });
        }
        expect(await use().store.find("x")).to.include({ wantedLinks: 0, formerLinks: 1 });
        const { status, cancel_requested_at: asked } = await instance();
        expect(status === "cancelled" || asked !== undefined).to.equal(true);
      });

      it("is let go with its document", async () => {
        await write(start(), fields());
        await use().remove("meetings/one");
        const call = { ...newCall(), formerInstanceId: "x" };
        expect(await use().store.serve("meetings/one", call)).to.include({ kind: "released" });
        expect(await use().store.find("x")).to.include({ wantedLinks: 0 });
      });
    });
  }

  describe("a recording of the version before", () => {
    it("is told to all of its meetings, those in its list and those that have joined since", async () => {
      const start = ago(MINUTE);
      await write(start, there(), ["meetings/one", "meetings/two"]);
      await use().write("meetings/copy", inOrg({ start }));
      await serveOnce(use(), "meetings/copy");
      await record(use(), "x");
      for (const name of ["one", "two", "copy"]) {
        const { recording } = (await use().read(`meetings/${name}`)) ?? {};
        expect(recording, name).to.include({ status: "done", video_uri: OUTPUT.uri });
      }
      expect(await instance()).to.not.have.property("wake_at");
    });

    it("gets no second bot, and is linked to a copy that comes late", async () => {
      const start = ago(MINUTE);
      await write(start, there());
      await use().store.transact("x", completing);
      await use().store.tellMeetings("x");
      await use().store.serve("meetings/one", newCall());
      await use().write("meetings/copy", inOrg({ start }));
      expect(await serveOnce(use(), "meetings/copy")).to.include({ kind: "joined" });
      expect(await use().list("bot_instances")).to.deep.equal(["x"]);
    });
  });

  describe("a meeting in an instance's list that is edited", () => {
    it("has a link of its own from then on, and is counted once", async () => {
      await write(ago(MINUTE), there(), ["meetings/one", "meetings/two"]);
      await use().edit("meetings/one", { end: ago(-HOUR) });
      await serveOnce(use(), "meetings/one");
      expect(await instance()).to.deep.include({ meetings: ["meetings/two"], wanted_links: 2 });
      const links = await linksOf(use(), "x");
      expect(links.map(({ meeting_path: path }) => path)).to.deep.equal(["meetings/one"]);
    });
  });
}
