import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { digestOf, fileSource } from "../src/recording-source.ts";
import { readAll } from "./bytes.ts";

describe("a file as a source", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "recording-source-"));
    await writeFile(join(folder, "a"), "0123456789");
  });
  after(() => rm(folder, { recursive: true }));

  it("gives the whole file, again and again", async () => {
    const source = fileSource(join(folder, "a"));
    for (let i = 0; i < 2; i++) expect(String(await readAll(source.open()))).to.equal("0123456789");
    expect(source.bytes).to.equal(undefined);
  });

  it("gives a piece, whose size it knows", async () => {
    for (const [start, end, expected] of [
      [2, 5, "234"],
      [0, 1, "0"],
      [3, 3, ""],
    ] as const) {
      const source = fileSource(join(folder, "a"), { start, end });
      expect(String(await readAll(source.open()))).to.equal(expected);
      expect(source.bytes).to.equal(expected.length);
    }
    expect(String(await readAll(fileSource(join(folder, "a"), { start: 7 }).open()))).to.equal(
      "789",
    );
  });

  it("says that it could not be read", async () => {
    const failure = await digestOf(fileSource(join(folder, "none"))).catch(
      (error: unknown) => error,
    );
    expect(failure).to.include({ name: "SourceError" });
    expect(failure).to.have.nested.property("cause.code", "ENOENT");
  });
});
