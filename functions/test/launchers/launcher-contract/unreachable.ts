import { expect } from "chai";
import { expectLaunchFailure } from "../launch-failure.ts";
import { type LauncherBench, listed, newScope } from "./bench.ts";

/** What a launcher makes of a platform that cannot be asked. */
export function describeUnreachable(use: () => LauncherBench): void {
  describe("a platform that cannot be asked", () => {
    it("has refused a launch for now, or left it open", async () => {
      const outcome = await use().world.lost.launch(use().requestOf());
      if (outcome.kind === "refused") expectLaunchFailure(outcome.failure, false);
      else expect(outcome).to.include({ kind: "unknown" });
    });

    it("is told from one that knows of nothing", async () => {
      const { execution } = await use().launched();
      const verdict = await use().world.lost.inspect(execution);
      expect(verdict).to.include({ state: "unreachable" });
      expect(verdict).to.have.property("reason").that.matches(/./);
    });

    it("makes cancelling and listing fail", async () => {
      const { execution } = await use().launched();
      const asking = [
        () => use().world.lost.cancel(execution),
        () => listed(use().world.lost, newScope()),
      ];
      for (const ask of asking) {
        const failed = await ask().catch((error: unknown) => error);
        expect(failed).to.be.an("error");
      }
    });
  });
}
