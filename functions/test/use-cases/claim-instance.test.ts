import { MINUTE, SECOND } from "@meeting-bot/core";
import { expect } from "chai";
import { claimByTimer } from "../../src/use-cases/claim-instance.ts";
import { ago, World } from "../support/world.ts";

describe("claimInstance", function () {
  this.timeout(20_000);

  let world: World;
  beforeEach(async () => {
    world = await World.open();
  });
  afterEach(() => world.close());

  it("launches a bot for an instance that others made", async () => {
    await world.writeInstance();
    await world.claim("x");
    expect(await world.instance("x")).to.include({ phase: "launched", claimed_by: "test" });
    expect(world.launcher.launches).to.have.length(1);
  });

  it("launches one bot however many want to", async () => {
    await world.writeInstance();
    await world.claim("x", 3);
    expect(world.launcher.launches).to.have.length(1);
    expect(await world.instance("x")).to.include({ attempt: 1 });
  });

  it("launches nothing for what is not queued, not due, or not there", async () => {
    await world.writeInstance({ status: "done" }, "done");
    await world.writeInstance({ wake_at: ago(-MINUTE) }, "later");
    for (const id of ["done", "later", "nobody"]) await world.claim(id);
    expect(world.launcher.launches).to.have.length(0);
    expect(await world.instance("done")).to.include({ status: "done" });
    expect(await world.instance("later")).to.include({ status: "queued" });
  });

  it("launches nothing for a link that no bot may open, and says why", async () => {
    await world.writeInstance({ meeting_url: "http://169.254.169.254/" });
    await world.claim("x");
    expect(world.launcher.launches).to.have.length(0);
    const instance = await world.instance("x");
    expect(instance).to.include({ status: "failed" });
    expect(instance).to.have.nested.property("error.code", "UNSUPPORTED_URL");
  });

  it("launches nothing where a bot is already, and fails nobody for it", async () => {
    await world.writeMeeting({ creator_organization_id: "org" });
    await world.serve("meetings/one");
    await world.writeInstance({ creator_organization_id: "org" });
    await world.claim("x");
    expect(world.launcher.launches).to.have.length(1);
    const { status, error } = await world.instance("x");
    expect({ status, code: Object(error).code }).to.deep.equal({
      status: "queued",
      code: "BOT_BUSY",
    });
  });

  it("launches nothing that nobody wants any more, or that has no attempt left", async () => {
    await world.writeInstance({ cancel_requested_at: ago(MINUTE) }, "unwanted");
    await world.writeInstance({ attempt: 3, max_attempts: 3 }, "exhausted");
    for (const id of ["unwanted", "exhausted"]) await world.claim(id);
    expect(world.launcher.launches).to.have.length(0);
    expect(await world.instance("unwanted")).to.include({ status: "cancelled" });
    expect(await world.instance("exhausted")).to.include({ status: "failed" });
  });

  it("has its timer come again that came a little early, and no other", async () => {
    const byTimer = (id: string) => claimByTimer(world.services, id).catch(String);
    await world.writeInstance({ wake_at: ago(-5 * SECOND) }, "early");
    await world.writeInstance({ wake_at: ago(-MINUTE) }, "later");
    await world.writeInstance({ status: "done" }, "done");
    await world.writeInstance({ wake_at: ago(SECOND) }, "due");
    expect(await byTimer("early")).to.contain("not due yet");
    for (const id of ["later", "done", "nobody", "due"]) {
      expect(await byTimer(id), id).to.equal(undefined);
    }
    expect(world.launcher.launches.map(({ instance }) => instance.id)).to.deep.equal(["due"]);
  });

  it("launches the bot although the answer to its claim was lost", async () => {
    await world.writeInstance();
    world.services.store = world.database.losingTheNextCommit();
    await world.claim("x");
    expect(world.launcher.launches).to.have.length(1);
  });
});
