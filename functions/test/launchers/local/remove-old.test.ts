import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DAY, MINUTE, SECOND } from "@meeting-bot/core";
import { expect } from "chai";
import { removeOld } from "../../../src/launchers/local/remove-old.ts";
import { LocalWorld } from "./local-world.ts";

const NOW = Date.UTC(2030, 0, 31, 9);

describe("removing old executions", () => {
  let runsDir: string;
  beforeEach(async () => {
    runsDir = await mkdtemp(join(tmpdir(), "local-"));
  });
  afterEach(() => rm(runsDir, { recursive: true }));

  async function ended(name: string, agoMs: number, now = NOW): Promise<void> {
    await mkdir(join(runsDir, name));
    const file = join(runsDir, name, "ended.json");
    await writeFile(file, "{}");
    await utimes(file, (now - agoMs) / SECOND, (now - agoMs) / SECOND);
  }

  it("takes those that ended a week ago, and leaves the others", async () => {
    await ended("old", 7 * DAY);
    await ended("young", 7 * DAY - MINUTE);
    await mkdir(join(runsDir, "running"));
    await writeFile(join(runsDir, "note"), "");
    await removeOld(runsDir, NOW);
    expect((await readdir(runsDir)).sort()).to.deep.equal(["note", "running", "young"]);
  });

  it("takes ten at once", async () => {
    for (let count = 0; count < 12; count++) await ended(`old-${count}`, 8 * DAY);
    await removeOld(runsDir, NOW);
    expect(await readdir(runsDir)).to.have.length(2);
    await removeOld(runsDir, NOW);
    expect(await readdir(runsDir)).to.deep.equal([]);
  });
});

describe("a local launch", function () {
  this.timeout(30_000);

  it("removes what ended long ago", async () => {
    const world = await LocalWorld.open();
    try {
      const old = await world.launched({ script: "exit 0;" });
      await world.ended(old);
      const past = (Date.now() - 8 * DAY) / SECOND;
      await utimes(world.file(old, "ended.json"), past, past);
      const { name } = await world.launched();
      expect(await world.names()).to.deep.equal([name]);
    } finally {
      await world.close();
    }
  });
});
