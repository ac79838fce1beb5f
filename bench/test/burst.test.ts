import { join } from "node:path";
import { ROOT, type Sandbox, startSandbox } from "@meeting-bot/sandbox";
import { expect } from "chai";
import { measureBurst } from "../src/burst.ts";

const MEETINGS = 500;

describe("500 meetings written at once", function () {
  this.timeout(240_000);
  let sandbox: Sandbox;

  before(async () => {
    const logDir = join(ROOT, ".sandbox", "logs", "burst");
    sandbox = await startSandbox({ env: process.env, logDir, mode: "accept" });
  });

  after(() => sandbox?.stop());

  it("are launched exactly once each, and of two runners one may start", async () => {
    const { writtenToLaunchedMs: _, ...counts } = await measureBurst(sandbox, MEETINGS);
    expect(counts).to.deep.equal({
      meetings: MEETINGS,
      launches: MEETINGS,
      instances: MEETINGS,
      starts: MEETINGS,
      refusedStarts: MEETINGS,
    });
  });
});
