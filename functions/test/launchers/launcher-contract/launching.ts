import { expect } from "chai";
import { until } from "../../../../test/eventually.ts";
import { expectLaunchFailure } from "../launch-failure.ts";
import { type LauncherBench, listed } from "./bench.ts";
import type { LauncherUnderTest } from "./world.ts";

/** What a document may hold that shells and platforms give a meaning to. */
const AWKWARD = `it's "$HOME" $(HOME) \${HOME} $$ %20 \\n ä`;

/** What comes of a launch that the platform accepts, as far as the caller hears of it. */
export function describeLaunching(
  use: () => LauncherBench,
  { kind, repeats }: LauncherUnderTest,
): void {
  describe("launching", () => {
    it("starts one execution, and tells its name without waiting for its end", async () => {
      const before = use().world.accepted();
      const { execution, request } = await use().launched();
      expect(execution).to.include({ launcher: kind });
      expect(execution.name).to.be.a("string").and.not.equal("");
      expect(await use().world.launcher.inspect(execution)).to.deep.equal({ state: "running" });
      await use().environmentOf("manager", request);
      expect(await use().world.launcher.inspect(execution)).to.deep.equal({ state: "running" });
      expect(use().world.accepted()).to.equal(before + 1);
    });

    it("gives each container the environment that is meant for it, and no other's", async () => {
      const { request } = await use().launched({ environment: { GCS_PATH: AWKWARD } });
      const manager = await use().environmentOf("manager", request);
      expect(manager).to.include(request.environment);
      expect(manager).to.not.have.property("MAX_RECORDING_DURATION_MINUTES");
      const bot = await use().environmentOf("bot", request);
      expect(bot).to.include(request.botEnvironment);
      expect(bot).to.not.have.any.keys("CLAIM_TOKEN", "BOT_INSTANCE_PATH", "GCS_PATH");
    });

    it(`twice with one token comes to ${repeats}`, async () => {
      const before = use().world.accepted();
      const { execution, request } = await use().launched();
      const again = await use().world.launcher.launch(request);
      if (again.kind !== "launched") throw new Error(`not launched but ${again.kind}`);
      const isSame = repeats === "the same execution";
      expect(again.execution.name === execution.name).to.equal(isSame);
      expect(use().world.accepted() - before).to.equal(isSame ? 1 : 2);
    });

    it("leaves it open what came of it when no answer comes in time, and asks once", async () => {
      const before = use().world.accepted();
      use().world.decide("unanswered");
      const request = use().requestOf({ scope: "unanswered/(default)" });
      const outcome = await use().world.impatient.launch(request);
      expect(outcome).to.include({ kind: "unknown" });
      expect(outcome).to.have.property("reason").that.matches(/./);
      expect(use().world.accepted()).to.equal(before + 1);
      const running = await listed(use().world.launcher, "unanswered/(default)");
      expect(running.map(({ token }) => token)).to.deep.equal([request.token]);
    });

    it("leaves it open when the connection breaks before the answer", async () => {
      const before = use().world.accepted();
      const { launcher, sever } = await use().world.severable();
      use().world.decide("unanswered");
      const launching = launcher.launch(use().requestOf());
      await until(() => use().world.accepted() > before).finally(sever);
      expect(await launching).to.include({ kind: "unknown" });
    });
  });
}

/** What comes of a launch that the platform does not accept. */
export function describeRefusals(use: () => LauncherBench): void {
  describe("a refused launch", () => {
    for (const [fate, needsOperator] of [
      ["refused", true],
      ["over-quota", false],
    ] as const) {
      it(`is told with the platform's words, and has started nothing (${fate})`, async () => {
        const before = use().world.accepted();
        const words = use().world.decide(fate);
        const outcome = await use().world.launcher.launch(use().requestOf());
        if (outcome.kind !== "refused") throw new Error(`not refused but ${outcome.kind}`);
        const { message, platformReason } = outcome.failure;
        expectLaunchFailure(outcome.failure, needsOperator);
        expect(message).to.match(/./);
        expect(platformReason).to.contain(words);
        expect(use().world.accepted()).to.equal(before);
      });
    }
  });
}
