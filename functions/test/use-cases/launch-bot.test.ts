import { failure } from "@meeting-bot/core";
import { expect } from "chai";
import { World } from "../support/world.ts";

const FULL = failure("LAUNCH_FAILED", "launch", "Cloud Run has no capacity left.");

describe("launchBot", function () {
  this.timeout(20_000);

  let world: World;
  beforeEach(async () => {
    world = await World.open();
    await world.writeInstance();
  });
  afterEach(() => world.close());

  it("sets a timer for the end of the pause when the platform is full", async () => {
    world.launcher.answer = () => ({ kind: "refused", failure: FULL });
    await world.claim("x");
    const { wake_at: wakeAt } = await world.instance("x");
    const dueAt = (wakeAt as { toMillis(): number }).toMillis();
    expect(world.timer.set).to.deep.equal([{ instanceId: "x", dueAt }]);
  });

  it("sets none when the launch was accepted, will never be, or may have been", async () => {
    await world.claim("x");
    await world.writeInstance({}, "never");
    world.launcher.answer = () => ({ kind: "refused", failure: { ...FULL, retryable: false } });
    await world.claim("never");
    await world.writeInstance({}, "unknown");
    world.launcher.answer = () => ({ kind: "unknown", reason: "no answer" });
    await world.claim("unknown");
    expect(world.timer.set).to.deep.equal([]);
  });
});
