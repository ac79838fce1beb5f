import { existsSync } from "node:fs";
import { expect } from "chai";
import { until } from "../../../../test/eventually.ts";
import { type LauncherBench, NOTE } from "./bench.ts";
import type { LauncherUnderTest } from "./world.ts";

interface Ending {
  script?: string;
  timeoutSeconds?: number;
  told: RegExp;
}

/** What the manager does, and how its end is told. */
const ENDINGS: Record<string, Ending> = {
  // As the manager does when the recording is over.
  "that ends well": { script: ': > "$SCRATCH_DIR/.stop"; exit 0', told: /./ },
  "that fails": { script: "exit 13", told: /\b13\b/ },
  "that is killed": { script: "kill -9 $$", told: /killed/ },
};
const TIME_OUT: Ending = { timeoutSeconds: 1, told: /time-out/ };

/** What a launcher says of executions that do not run any more. */
export function describeInspecting(
  use: () => LauncherBench,
  { acceptsUnseen, timesOut }: LauncherUnderTest,
): void {
  const endings = { ...ENDINGS, ...(timesOut && { "that reaches its time-out": TIME_OUT }) };

  describe("inspecting an execution", () => {
    for (const [ending, { told, ...options }] of Object.entries(endings)) {
      it(`${ending} tells how, and does not say that it never ran`, async () => {
        const { execution } = await use().launched(options);
        const verdict = await use().ended(execution);
        expect(verdict).to.include({ state: "ended" }).and.not.have.property("neverRan");
        expect(verdict).to.have.property("reason").that.matches(told);
      });
    }

    if (acceptsUnseen) {
      it("whose containers cannot start tells why, and that it never ran", async () => {
        const words = use().world.decide("unstartable");
        const { execution } = await use().launched();
        const verdict = await use().ended(execution);
        expect(verdict).to.deep.include({ state: "ended", neverRan: { needsOperator: true } });
        expect(verdict).to.have.property("reason").that.contains(words);
      });
    }

    it("that has vanished finds nothing", async () => {
      const execution = await use().vanished();
      expect(await use().world.launcher.inspect(execution)).to.deep.equal({ state: "not-found" });
    });
  });
}

/** How a launcher ends executions. */
export function describeCancelling(use: () => LauncherBench): void {
  describe("cancelling an execution", () => {
    it("ends it, and lets its manager come to an end of its own", async () => {
      const script = `trap 'rm "$NOTES"; exit 0' TERM; ${NOTE}; sleep 60 & wait`;
      const { execution, request } = await use().running({ script });
      await use().world.launcher.cancel(execution);
      const verdict = await use().ended(execution);
      // Some platforms end an execution by deleting it.
      expect(verdict.state).to.be.oneOf(["ended", "not-found"]);
      expect(verdict).to.not.have.property("neverRan");
      await until(() => !existsSync(request.environment["NOTES"] ?? ""));
    });

    it("is no error when it has ended", async () => {
      const { execution } = await use().launched({ script: "exit 13" });
      await use().ended(execution);
      await use().world.launcher.cancel(execution);
      expect(await use().world.launcher.inspect(execution)).to.not.include({ state: "running" });
    });

    it("is no error when it has vanished", async () => {
      await use().world.launcher.cancel(await use().vanished());
    });
  });
}
