import { FirestoreBackfillStore, HOUR } from "@meeting-bot/core";
import { expect } from "chai";
import { NAMING, RULES } from "../../../core/test/support/instances.ts";
import {
  adoptQueued,
  type BackfillServices,
  backfillMeetings,
} from "../../src/use-cases/backfill.ts";
import { captureLogs } from "../support/capture-logs.ts";
import { LINK, World } from "../support/world.ts";

/** The last hour of a day: all of the day's reads are allowed. */
const NOW = Date.UTC(2030, 0, 31, 23);
const LATER = { start: new Date(NOW + 100 * HOUR) };

describe("the backfill", function () {
  this.timeout(60_000);
  let world: World;
  let services: BackfillServices;
  let now: number;

  beforeEach(async () => {
    world = await World.open();
    now = NOW;
    const place = { meetingsPath: "meetings", meetingsQueryMode: "collection" } as const;
    services = {
      ...world.services,
      backfill: new FirestoreBackfillStore(world.database.firestore, place, NAMING.meeting),
      judging: { rules: RULES, naming: NAMING.meeting },
      backfillReadsPerDay: 1000,
      now: () => now,
    };
  });
  afterEach(() => world.close());

  const meetings = () => captureLogs(() => backfillMeetings(services));
  const instances = () => captureLogs(() => adoptQueued(services));
  const botOf = async (id: string) => (await world.meeting(`meetings/${id}`))["bot_instance_id"];
  const write = (id: string, fields: object = LATER) =>
    world.writeMeeting({ ...fields }, `meetings/${id}`);

  it("gives a meeting its bot whose event was lost, and leaves the others alone", async () => {
    await write("lost");
    await write("draft", { status: "draft" });
    await write("linked", { bot_instance_id: "theirs" });
    await write("over", { end: new Date(0) });
    const logs = await meetings();
    expect(await botOf("lost")).to.be.a("string");
    expect(await world.database.list("bot_instances")).to.have.length(1);
    expect(logs).to.contain("meeting found without its event").and.contain("meetings/lost");
  });

  it("takes the bot off a meeting whose cancel was lost", async () => {
    await write("one");
    await meetings();
    const bot = String(await botOf("one"));
    await world.database.edit("meetings/one", { status: "cancelled" });
    await meetings();
    expect(await world.instance(bot)).to.include({ status: "cancelled" });
  });

  it("reads no more in a day than it may, and goes on where it was on the next", async () => {
    await world.database.writeAll(
      Array.from({ length: 30 }, (_, n) => `meetings/${n + 10}`),
      { meeting_url: LINK, status: "draft" },
    );
    await write("zz");
    services.backfillReadsPerDay = 20;
    await meetings();
    await meetings();
    expect(await services.backfill.readProgress("meetings")).to.deep.equal({
      after: "meetings/29",
      day: "2030-01-31",
      reads: 20,
    });
    expect(await botOf("zz")).to.equal(undefined);
    now += 24 * HOUR;
    await meetings();
    expect(await botOf("zz")).to.be.a("string");
  });

  it("begins anew once it is through", async () => {
    await write("b");
    await meetings();
    await write("a");
    await meetings();
    expect(await botOf("a")).to.be.a("string");
  });

  it("is not kept from the others by a meeting that cannot be served", async () => {
    await write("a");
    await write("b");
    const { store } = services;
    const serve = store.serve.bind(store);
    store.serve = async (path, event) => {
      if (path === "meetings/a") throw new Error("no answer");
      return serve(path, event);
    };
    const logs = await meetings();
    expect(logs).to.contain("backfill failed").and.contain("no answer");
    expect(await botOf("b")).to.be.a("string");
  });

  it("stays where it was when meetings cannot be read", async () => {
    const { backfill } = services;
    await backfill.writeProgress("meetings", { after: "meetings/m", day: "2030-01-31", reads: 1 });
    backfill.findMeetings = () => Promise.reject(new Error("no answer"));
    const failed = await backfillMeetings(services).catch((error: Error) => error.message);
    expect(failed).to.equal("no answer");
    expect(await backfill.readProgress("meetings")).to.include({ after: "meetings/m", reads: 1 });
  });

  it("is off with no reads, and writes nothing where there are no meetings", async () => {
    await meetings();
    await write("a");
    services.backfillReadsPerDay = 0;
    await meetings();
    expect(await botOf("a")).to.equal(undefined);
    expect(await world.database.list("bot_state")).to.deep.equal([]);
  });

  it("gives instances their time that were queued by hand, and nothing to those that have it", async () => {
    now = Date.now();
    const startAt = now + HOUR;
    const wakeAt = new Date(Date.now() + 2 * HOUR);
    await world.writeInstance({ start_at: new Date(startAt) }, "asleep");
    await world.writeInstance({ wake_at: wakeAt }, "planned");
    await world.writeInstance({ status: "done" }, "done");
    await instances();
    expect(world.timer.set).to.deep.equal([
      { instanceId: "asleep", dueAt: startAt - services.joinLeadMs },
    ]);
    expect(await world.instance("done")).to.not.have.property("wake_at");
  });

  it("finds an instance behind more than one run looks at, in the next", async () => {
    now = Date.now();
    const paths = Array.from({ length: 510 }, (_, n) => `bot_instances/a${n + 1000}`);
    const wake_at = new Date(Date.now() + HOUR);
    await world.database.writeAll(paths, { meeting_url: LINK, status: "queued", wake_at });
    await world.writeInstance({ start_at: new Date(Date.now() + HOUR) }, "z");
    await instances();
    expect(world.timer.set).to.deep.equal([]);
    await instances();
    expect(world.timer.set).to.have.length(1);
    expect(await services.backfill.readProgress("instances")).to.deep.equal({ reads: 0 });
  });
});
