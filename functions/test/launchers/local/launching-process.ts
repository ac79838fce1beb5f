import { queued } from "../../../../core/test/support/instances.ts";
import { LocalLauncher } from "../../../src/launchers/local/launcher.ts";

// Launches in a process of its own, tells of it, and waits for nothing.
process.once("message", async ({ runsDir, rules, request }) => {
  const launcher = new LocalLauncher(runsDir, rules);
  process.send?.(await launcher.launch({ instance: queued(), ...request }));
});
