import type { Firestore } from "@google-cloud/firestore";
import { expect } from "chai";
import {
  FirestoreBackfillStore,
  type MeetingsPlace,
} from "../../src/firestore/firestore-backfill-store.ts";
import { newProjectId, openFirestore } from "../support/emulator.ts";
import { LINK, NAMING } from "../support/instances.ts";

const ONE: MeetingsPlace = { meetingsPath: "meetings", meetingsQueryMode: "collection" };
const NESTED: MeetingsPlace = { ...ONE, meetingsPath: "organizations/{organizationId}/meetings" };
const ANYWHERE: MeetingsPlace = { ...ONE, meetingsQueryMode: "collection_group" };

describe("FirestoreBackfillStore", () => {
  let firestore: Firestore;
  beforeEach(() => {
    firestore = openFirestore(newProjectId());
  });
  afterEach(() => firestore.terminate());

  const storeAt = (place: MeetingsPlace) =>
    new FirestoreBackfillStore(firestore, place, NAMING.meeting);

  async function write(paths: readonly string[], fields: object = {}): Promise<void> {
    const batch = firestore.batch();
    for (const path of paths) {
      batch.set(firestore.doc(path), { meeting_url: LINK, status: "scheduled", ...fields });
    }
    await batch.commit();
  }

  /** The paths of each page. */
  async function pagesOf(place: MeetingsPlace, limit: number): Promise<string[][]> {
    const store = storeAt(place);
    const pages: string[][] = [];
    let after: string | undefined;
    do {
      const page = await store.findMeetings(limit, after);
      pages.push(page.meetings.map(({ path }) => path));
      after = page.after;
    } while (after !== undefined);
    return pages;
  }

  it("finds the meetings of a collection by name, in pages, whatever their status", async () => {
    await write(["meetings/b", "meetings/Réunion", "meetings/🚀"]);
    await write(["meetings/a"], { status: 7 });
    expect(await pagesOf(ONE, 2)).to.deep.equal([
      ["meetings/Réunion", "meetings/a"],
      ["meetings/b", "meetings/🚀"],
      [],
    ]);
  });

  it("finds those of a path with a placeholder, and no others of that id", async () => {
    await write(["organizations/a/meetings/1", "organizations/b/meetings/2", "meetings/3"]);
    await write(["teams/a/meetings/4"]);
    expect((await pagesOf(NESTED, 3)).flat()).to.have.members([
      "organizations/a/meetings/1",
      "organizations/b/meetings/2",
    ]);
  });

  it("finds those of a collection group wherever they are", async () => {
    await write(["meetings/1", "a/b/c/d/meetings/2"]);
    expect((await pagesOf(ANYWHERE, 1)).flat()).to.have.members([
      "meetings/1",
      "a/b/c/d/meetings/2",
    ]);
  });

  it("counts the documents that it read, also those that are no meetings, and one for none", async () => {
    await write(["organizations/a/meetings/1", "meetings/3"]);
    expect(await storeAt(NESTED).findMeetings(10)).to.include({ reads: 2 });
    expect(await storeAt({ ...ONE, meetingsPath: "calls" }).findMeetings(10)).to.include({
      reads: 1,
    });
  });

  it("reads of a meeting what judges it, not the rest", async () => {
    const recording = { request_hash: "hash" };
    await write(["meetings/1"], { notes: "x".repeat(100_000), recording });
    const { meetings } = await storeAt(ONE).findMeetings(1);
    expect(meetings[0]?.fields).to.deep.equal({
      meeting_url: LINK,
      status: "scheduled",
      recording,
    });
  });

  it("begins anew when the meetings are said to be somewhere else than before", async () => {
    await write(["meetings/1", "calls/2", "organizations/a/meetings/1"]);
    const calls = storeAt({ ...ONE, meetingsPath: "calls" });
    expect((await calls.findMeetings(10, "meetings/1")).meetings).to.have.length(1);
    const one = storeAt(ONE);
    expect((await one.findMeetings(10, "organizations/a/meetings/1")).meetings).to.have.length(1);
  });

  it("remembers how far each walk has come", async () => {
    const store = storeAt(ONE);
    expect(await store.readProgress("meetings")).to.deep.equal({ reads: 0 });
    const progress = { after: "meetings/m", day: "2030-01-31", reads: 5 };
    await store.writeProgress("meetings", progress);
    expect(await store.readProgress("meetings")).to.deep.equal(progress);
    expect(await store.readProgress("instances")).to.deep.equal({ reads: 0 });
    await store.writeProgress("meetings", { reads: 0 });
    expect(await store.readProgress("meetings")).to.deep.equal({ reads: 0 });
  });
});
