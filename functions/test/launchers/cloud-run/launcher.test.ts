import { type LaunchRequest, MINUTE } from "@meeting-bot/core";
import { expect } from "chai";
import { obstacles } from "../../../../sandbox/src/cloud-run/obstacles.ts";
import { ended, listed } from "../launcher-contract/bench.ts";
import { CloudRunUnderTest, JOB, REQUEST } from "./launcher-under-test.ts";

/** Whether no launch gets past an obstacle until an operator has mended it. */
const NEEDS_OPERATOR: Record<keyof typeof obstacles, boolean> = {
  "image-not-found": true,
  "image-forbidden": true,
  "no-quota": false,
};
const inScope = (scope: string): LaunchRequest => ({
  ...REQUEST,
  environment: { ...REQUEST.environment, BOT_SCOPE: scope },
});

describe("CloudRunLauncher", function () {
  this.timeout(20_000);

  let cloud: CloudRunUnderTest;
  before(async () => {
    cloud = await CloudRunUnderTest.start();
  });
  after(() => cloud.run.stop());

  const names = async (scope: string) =>
    (await listed(cloud.launcher, scope)).map(({ execution }) => execution.name);

  it("tells that an execution was cancelled, with Cloud Run's words", async () => {
    const execution = await cloud.launched();
    await cloud.launcher.cancel(execution);
    expect(await ended(cloud.launcher, execution)).to.deep.equal({
      state: "ended",
      reason: "it was cancelled, by an operator or because it had been silent (Cancelled by user.)",
    });
  });

  for (const [key, { message }] of Object.entries(obstacles)) {
    it(`tells that an execution never ran because of ${key}, and whether an operator has to mend that`, async () => {
      const obstacle = key as keyof typeof obstacles;
      cloud.run.server.inject({ kind: "obstacle", obstacle });
      const verdict = await ended(cloud.launcher, await cloud.launched());
      expect(verdict).to.have.property("reason").that.contains(message);
      expect(verdict).to.deep.include({ neverRan: { needsOperator: NEEDS_OPERATOR[obstacle] } });
    });
  }

  it("does not list what somebody ran by hand", async () => {
    const { name } = await cloud.launched(inScope("by/hand"));
    await cloud.run.run();
    expect(await names("by/hand")).to.deep.equal([name]);
  });

  it("lists on past the first page, and not past what must have ended by now", async () => {
    const { name: older } = await cloud.launched(inScope("many/pages"));
    const { name: younger } = await cloud.launched(inScope("many/pages"));
    cloud.run.server.inject({ kind: "obstacle", obstacle: "no-quota" }, 120);
    for (let count = 0; count < 120; count++) await cloud.launched(inScope("many/pages"));
    expect(await names("many/pages")).to.deep.equal([younger, older]);
    const record = cloud.run.server.executions().find(({ name }) => name === older);
    if (record) record.createdAt -= JOB.longestRunMs + MINUTE;
    expect(await names("many/pages")).to.deep.equal([younger]);
  });
});
