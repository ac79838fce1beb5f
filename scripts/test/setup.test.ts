import { spawnSync } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { hostNodeProblem, installedNodeProblem, installReason, javaProblem } from "../setup.mjs";

const SETUP = fileURLToPath(new URL("../setup.mjs", import.meta.url));

describe("the checks of the set-up", () => {
  it("accept Node 20 and later as the machine's own", () => {
    expect(hostNodeProblem("v20.0.0")).to.equal(undefined);
    expect(hostNodeProblem("v24.1.0")).to.equal(undefined);
    expect(hostNodeProblem("v18.20.4")).to.match(/v18\.20\.4 is too old: 20 or later.*nodejs\.org/);
  });

  it("accept Java 17 and later, by whatever vendor", () => {
    expect(javaProblem('openjdk version "17.0.15" 2025-04-15')).to.equal(undefined);
    expect(javaProblem('Picked up JAVA_TOOL_OPTIONS\njava version "21" 2023')).to.equal(undefined);
    expect(javaProblem('openjdk version "11.0.2"')).to.match(/^Java 11\.0\.2 will not do/);
    expect(javaProblem('java version "1.8.0_401"')).to.match(/^Java 8\.0_401 will not do/);
    expect(javaProblem("what is this")).to.include("of unknown version");
    expect(javaProblem(undefined)).to.match(/^Java is missing.*adoptium\.net; JAVA_HOME/);
  });

  it("accept Node 24 alone as the installed one", () => {
    expect(installedNodeProblem("v24.21.0")).to.equal(undefined);
    expect(installedNodeProblem("v22.0.0")).to.include("is v22.0.0, not Node 24");
    expect(installedNodeProblem(undefined)).to.match(/is missing[\s\S]*npm rebuild node/);
  });
});

describe("installReason", () => {
  const lock = (packages: object) => JSON.stringify({ packages: { "": {}, ...packages } });
  const wanted = lock({ "node_modules/a": { version: "1.0.0", integrity: "sha512-a" } });

  it("is none when all that is named is installed", () => {
    expect(installReason(wanted, wanted)).to.equal(undefined);
  });

  it("is none for a package of another platform", () => {
    const optional = lock({ "node_modules/mac": { version: "1.0.0", optional: true } });
    expect(installReason(optional, lock({}))).to.equal(undefined);
  });

  for (const [what, installed] of [
    ["nothing is installed", undefined],
    ["a package is missing", lock({})],
    ["another version is installed", lock({ "node_modules/a": { version: "0.9.0" } })],
    ["other content is installed", lock({ "node_modules/a": { version: "1.0.0" } })],
  ] as const) {
    it(`is there when ${what}`, () => {
      expect(installReason(wanted, installed)).to.be.a("string");
    });
  }
});

describe("setup.mjs", function () {
  this.timeout(15_000);
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "setup-test-"));
    await write("scripts/setup.mjs", "");
    await copyFile(SETUP, join(root, "scripts/setup.mjs"));
    await write("package-lock.json", '{"packages": {"node_modules/a": {"version": "1.0.0"}}}');
    await program("bin/java", `echo 'openjdk version "17.0.1"' >&2`);
  });

  afterEach(() => rm(root, { recursive: true }));

  const write = async (name: string, text: string) => {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  };

  const program = async (name: string, script: string) => {
    await write(name, `#!/bin/sh\n${script}\n`);
    await chmod(join(root, name), 0o755);
  };

  /** An `npm` that installs what the lock file names, as far as the set-up can see. */
  const npmThatWorks = () =>
    program(
      "bin/npm",
      `echo "npm $*"
      mkdir -p node_modules/.bin
      cp package-lock.json node_modules/.package-lock.json
      printf '#!/bin/sh\\necho v24.0.0\\n' > node_modules/.bin/node
      chmod +x node_modules/.bin/node`,
    );

  const run = () => {
    const env = { PATH: `${join(root, "bin")}:/usr/bin:/bin` };
    const setup = join(root, "scripts/setup.mjs");
    const options = { env, encoding: "utf8" } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [setup], options);
    return { status, stdout, stderr };
  };

  it("installs and says so, and the second time does and says nothing", async () => {
    await npmThatWorks();
    const first = run();
    expect(first.stdout).to.match(/^Nothing is installed yet: npm ci .*\nnpm ci --no-audit/);
    expect(first.status).to.equal(0);
    expect(run()).to.deep.equal({ status: 0, stdout: "", stderr: "" });
  });

  it("installs again when the lock file names something else", async () => {
    await npmThatWorks();
    run();
    await write("package-lock.json", '{"packages": {"node_modules/a": {"version": "2.0.0"}}}');
    expect(run().stdout).to.include("not what package-lock.json names (node_modules/a)");
    expect(run().stdout).to.equal("");
  });

  it("ends with 1 when the installation fails", async () => {
    await program("bin/npm", "echo no network >&2; exit 7");
    const { status, stderr } = run();
    expect(status).to.equal(1);
    expect(stderr).to.match(/no network\n`npm ci` failed/);
  });

  it("ends with 2, before it installs anything, when Java is too old", async () => {
    await npmThatWorks();
    await program("bin/java", `echo 'openjdk version "11.0.1"' >&2`);
    const { status, stdout, stderr } = run();
    expect({ status, stdout }).to.deep.equal({ status: 2, stdout: "" });
    expect(stderr).to.include("Java 11.0.1");
  });

  it("ends with 2 when npm ran no install scripts", async () => {
    await program(
      "bin/npm",
      "mkdir node_modules; cp package-lock.json node_modules/.package-lock.json",
    );
    const { status, stderr } = run();
    expect(status).to.equal(2);
    expect(stderr).to.include("npm rebuild node");
  });
});
