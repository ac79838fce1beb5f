import { LauncherBench } from "./launcher-contract/bench.ts";
import { describeCancelling, describeInspecting } from "./launcher-contract/ending.ts";
import { describeLaunching, describeRefusals } from "./launcher-contract/launching.ts";
import { describeListing } from "./launcher-contract/listing.ts";
import { describeUnreachable } from "./launcher-contract/unreachable.ts";
import type { LauncherUnderTest } from "./launcher-contract/world.ts";

/** The contract of `Launcher`, for any adapter of it. */
export function describeLauncher(name: string, under: LauncherUnderTest): void {
  describe(`${name} as a Launcher`, function () {
    this.timeout(60_000);

    let bench: LauncherBench;
    const use = () => bench;
    before(async () => {
      bench = await LauncherBench.open(under.start);
    });
    after(() => bench.close());

    describeLaunching(use, under);
    describeRefusals(use);
    describeInspecting(use, under);
    describeCancelling(use);
    describeListing(use);
    describeUnreachable(use);
  });
}
