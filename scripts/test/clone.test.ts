import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SOURCES = ["package.json", "package-lock.json", "scripts", "core", "storage"];
const BUILT = ["functions", "job-runner"];

/** What is run from a clone before anything else may have been. */
const COMMANDS = ["demo", "demo:api", "start", "bench"];

describe("a clone that was never built", function () {
  this.timeout(60_000);
  let clone: string;

  before(async () => {
    clone = await mkdtemp(join(tmpdir(), "clone-"));
    const filter = (path: string) => !["node_modules", "lib"].includes(basename(path));
    for (const name of [...SOURCES, ...BUILT]) {
      await cp(join(ROOT, name), join(clone, name), { recursive: true, filter });
    }
    await symlink(join(ROOT, "node_modules"), join(clone, "node_modules"));
  });

  after(() => rm(clone, { recursive: true }));

  it("is set up with the functions and the manager built", async () => {
    await promisify(execFile)("npm", ["run", "--silent", "setup"], { cwd: clone });
    for (const path of ["functions/lib/index.js", "job-runner/lib/supervisor.js"]) {
      expect(existsSync(join(clone, path)), path).to.equal(true);
    }
  });

  for (const command of COMMANDS) {
    it(`is set up before \`npm run ${command}\``, async () => {
      const { scripts } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
      expect(scripts).to.have.property(command);
      expect(scripts).to.have.property(`pre${command}`, "npm run --silent setup");
    });
  }
});
