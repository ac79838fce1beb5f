import { HOUR, MINUTE } from "@meeting-bot/core";
import { expect } from "chai";
import {
  adoptInstance,
  judgeCreated,
  takeUpInstance,
} from "../../src/use-cases/take-up-instance.ts";
import { captureLogs } from "../support/capture-logs.ts";
import { World } from "../support/world.ts";

const NOW = Date.UTC(2030, 0, 31, 9);
const LEAD_MS = 2 * MINUTE;
const at = (ms: number) => ({ toMillis: () => NOW + ms });
const OURS = { request_hash: "2:abc", phase_at: {} };

describe("a bot instance that was created", () => {
  for (const [what, fields, kind] of [
    ["has no time", {}, "claim"],
    ["begins within the lead", { start_at: at(LEAD_MS) }, "claim"],
    ["begins later", { start_at: at(LEAD_MS + 1) }, "adopt"],
    ["has something else than an instant as its time", { wake_at: "soon" }, "claim"],
    ["is due", { wake_at: at(0) }, "claim"],
    ["is due, and has our fields", { wake_at: at(0), ...OURS }, "claim"],
    ["has our fields and no time", OURS, "claim"],
    ["has a time to come", { wake_at: at(1) }, "schedule"],
    ["has a time to come, and has our fields", { wake_at: at(1), ...OURS }, "nothing"],
  ] as const) {
    it(`that ${what}: ${kind}`, () => {
      const judged = judgeCreated({ isQueued: true, fields }, NOW, LEAD_MS);
      expect(judged).to.have.property("kind", kind);
    });
  }

  it("that is not queued is nobody's to take up", () => {
    const judged = judgeCreated({ isQueued: false, fields: {} }, NOW, LEAD_MS);
    expect(judged).to.deep.equal({ kind: "nothing" });
  });
});

describe("taking up an instance that others made", function () {
  this.timeout(30_000);
  let world: World;
  beforeEach(async () => {
    world = await World.open();
  });
  afterEach(() => world.close());

  async function takeUp(fields: Record<string, unknown>): Promise<void> {
    await world.writeInstance(fields);
    const stored = await world.instance("x");
    await captureLogs(() =>
      takeUpInstance(world.services, { id: "x", isQueued: true, fields: stored }),
    );
  }

  it("launches its bot once it is due", async () => {
    await takeUp({});
    expect(await world.instance("x")).to.include({ status: "processing" });
    expect(world.launcher.launches).to.have.length(1);
  });

  it("respects its start: it waits, with its timer set", async () => {
    const startAt = Date.now() + HOUR;
    await takeUp({ start_at: new Date(startAt) });
    const { status, wake_at } = await world.instance("x");
    expect(status).to.equal("queued");
    expect((wake_at as { toMillis(): number }).toMillis()).to.equal(startAt - LEAD_MS);
    expect(world.timer.set).to.deep.equal([{ instanceId: "x", dueAt: startAt - LEAD_MS }]);
    expect(world.launcher.launches).to.deep.equal([]);
  });

  it("sets the timer of one that says when it is due", async () => {
    const wakeAt = Date.now() + HOUR;
    await takeUp({ wake_at: new Date(wakeAt) });
    expect(world.timer.set).to.deep.equal([{ instanceId: "x", dueAt: wakeAt }]);
  });

  it("launches one at once that was put back into the queue by hand", async () => {
    await world.writeInstance({ attempt: 1, processed_at: new Date() });
    await captureLogs(() => adoptInstance(world.services, "x"));
    expect(await world.instance("x")).to.include({ status: "processing", attempt: 2 });
    expect(world.launcher.launches).to.have.length(1);
  });

  it("says so, and no more, when there is nothing to take up", async () => {
    await world.writeInstance({ status: "done" });
    await captureLogs(() => adoptInstance(world.services, "x"));
    expect(await world.instance("x")).to.include({ status: "done" });
  });
});
