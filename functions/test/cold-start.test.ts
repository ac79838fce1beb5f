import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import { BUNDLE, ensureBuilt } from "./support/build.ts";

/** Prints the address of every module that comes with a bundle. */
const SCRIPT = `
  import { registerHooks } from "node:module";
  const loaded = [];
  registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
  await import(process.argv[1]);
  process.stdout.write(JSON.stringify(loaded));
`;

describe("a cold start", function () {
  this.timeout(30_000);

  let loaded: string[];
  before(async () => {
    await ensureBuilt();
    const bundle = pathToFileURL(resolve(BUNDLE)).href;
    const args = ["--input-type=module", "--eval", SCRIPT, bundle];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    loaded = JSON.parse(stdout) as string[];
  });

  it("loads the functions", () => {
    expect(loaded.some((url) => url.includes("/firebase-functions/"))).to.equal(true);
  });

  for (const sdk of [
    "/@google-cloud/run/",
    "/firebase-admin/lib/functions/",
    "/express/",
    "/ajv/",
  ]) {
    it(`does not load ${sdk}, which few invocations need at once`, () => {
      expect(loaded.filter((url) => url.includes(sdk))).to.deep.equal([]);
    });
  }
});
