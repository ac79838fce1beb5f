import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

function bench(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("npm run bench", function () {
  this.timeout(30_000);

  it("explains itself, also behind the name of a benchmark", () => {
    const { status, stdout } = bench("--help");
    expect(status).to.equal(0);
    expect(stdout).to.match(/ {2}media \[--quick\] \[--only PART,…\] +end of a recording/);
    expect(bench("media", "--help")).to.deep.equal({ status: 0, stdout, stderr: "" });
    expect(bench()).to.deep.equal({ status: 0, stdout, stderr: "" });
  });

  for (const [line, told] of [
    ["sound", 'There is no benchmark "sound".'],
    ["media --slow", "Unknown option '--slow'"],
    ["media --only sound", "--only sound: must be some of live,encoded"],
    ["burst --meetings many", "--meetings many: must be a whole number above 0."],
    ["chaos --rooms 0", "--rooms 0: must be a whole number above 0."],
    ["kills now", "Unexpected argument 'now'"],
  ] as const) {
    it(`says what is wrong with "${line}"`, () => {
      const { status, stdout, stderr } = bench(...line.split(" "));
      expect({ status, stdout }).to.deep.equal({ status: 2, stdout: "" });
      expect(stderr).to.contain(told).and.contain("Usage: npm run bench");
      expect(stderr).not.to.contain("    at ");
    });
  }
});
