import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { foldLine, launcherJar } from "../../src/firebase/launcher-jar.ts";

describe("foldLine", () => {
  it("leaves a header of 72 bytes whole", () => {
    const header = `Class-Path: ${"x".repeat(60)}`;
    expect(foldLine(header)).to.equal(`${header}\r\n`);
  });

  it("breaks a longer one into lines of 72 bytes, the first space of a continuation counted", () => {
    const lines = foldLine(`Class-Path: ${"x".repeat(150)}`).split("\r\n");
    expect(lines.map(({ length }) => length)).to.deep.equal([72, 72, 20, 0]);
    expect(lines[1]).to.equal(` ${"x".repeat(71)}`);
  });
});

describe("launcherJar", function () {
  this.timeout(15_000);
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "launcher test-"));
  });

  after(() => rm(folder, { recursive: true }));

  it("is a jar that Java takes the main class from", async () => {
    const launcher = join(folder, "launcher.jar");
    await writeFile(launcher, launcherJar("org.example.Main", [join(folder, "none.jar")]));
    const { stderr } = await promisify(execFile)("java", ["-jar", launcher]).catch(
      (error) => error,
    );
    expect(stderr).to.include("org.example.Main");
  });

  it("names where the classes are as URLs, folders with a slash at the end", () => {
    const manifest = launcherJar("Main", ["/a folder/", "/a folder/emulator.jar"])
      .toString("latin1")
      .replaceAll("\r\n ", "");
    const urls = "file:///a%20folder/ file:///a%20folder/emulator.jar";
    expect(manifest).to.include(`\r\nClass-Path: ${urls}\r\n`);
  });
});
