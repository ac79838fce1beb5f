import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";

/** Prints what launching is told, and only after whatever else goes wrong has had its time to. */
const SCRIPT = `
  import { setTimeout } from "node:timers/promises";
  const { services } = await import(process.argv[1]);
  const { launcher } = services();
  await setTimeout(500);
  const failed = await launcher().then(() => "built", String);
  process.stdout.write(JSON.stringify({ failed }));
`;

describe("the services of a function", function () {
  this.timeout(30_000);

  it("are there although the launcher cannot be built, which only launching is told", async () => {
    const source = pathToFileURL(resolve("functions/src/compose.ts")).href;
    const args = ["--input-type=module", "--eval", SCRIPT, source];
    const env = {
      ...process.env,
      GCP_PROJECT_ID: "demo-compose",
      GCS_BUCKET: "bucket",
      LAUNCHER: "gke",
      KUBECONFIG: "/no/such/kubeconfig",
      MANAGER_IMAGE: "manager",
      MEETING_BOT_IMAGE: "bot",
    };
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    expect(JSON.parse(stdout).failed).to.contain("/no/such/kubeconfig");
  });
});
