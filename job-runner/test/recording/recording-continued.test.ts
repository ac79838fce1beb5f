import { existsSync } from "node:fs";
import { appendFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import { until } from "../../../test/eventually.ts";
import { savedTakePath } from "../../src/recording/saved-takes.ts";
import { expectBytes, expectFiles, startBytes } from "./expectations.ts";
import { fakeTake, useWorld } from "./fake-bot.ts";

const MIB = 1024 * 1024;

describe("a growing recording that another process goes on with", () => {
  const world = useWorld();
  const saved = (number: number) => savedTakePath(world.workDir, number);

  /** Lets the bot begin a new file under the old name, and the follower see it. */
  async function replace(bytes: Buffer): Promise<void> {
    await writeFile(`${world.documented}.new`, bytes);
    await rename(`${world.documented}.new`, world.documented);
    await world.recording.look();
  }

  it("still has the file that the bot has replaced, to its last byte", async () => {
    const [first, second] = [fakeTake(MIB), fakeTake()];
    await writeFile(world.documented, first.bytes.subarray(0, 50_000));
    await world.recording.look();
    await appendFile(world.documented, first.bytes.subarray(50_000));
    await replace(second.bytes.subarray(0, 1_000));
    await until(() => existsSync(saved(1)));
    await world.recording.close();
    await appendFile(world.documented, second.bytes.subarray(1_000));

    const next = world.follow({ isContinued: true });
    await next.look();
    expect(next.takeStarts).to.deep.equal([0, first.bytes.length]);
    await expectBytes(next, first.bytes, second.bytes);
    await expectFiles(next, first.bytes, second.bytes);
    expect(startBytes(next)).to.deep.equal([0, first.bytes.length]);
  });

  it("still has the file that the bot has emptied and begun anew", async () => {
    const [first, second] = [fakeTake(), fakeTake(1_000)];
    await writeFile(world.documented, first.bytes);
    await world.recording.look();
    await writeFile(world.documented, second.bytes);
    await world.recording.look();
    await world.recording.look();
    await world.recording.close();

    const next = world.follow({ isContinued: true });
    await expectBytes(next, first.bytes, second.bytes);
    await expectFiles(next, first.bytes, second.bytes);
  });

  it("has every file, however often the bot and the process begin anew", async () => {
    const takes = [fakeTake(), fakeTake(), fakeTake()];
    for (const { bytes } of takes) await replace(bytes);
    await until(() => existsSync(saved(2)));
    await world.recording.close();
    const next = world.follow({ isContinued: true });
    await next.look();
    const last = fakeTake();
    await writeFile(`${world.documented}.new`, last.bytes);
    await rename(`${world.documented}.new`, world.documented);
    await next.look();
    await until(() => existsSync(saved(3)));
    await next.close();

    const all = [...takes, last].map(({ bytes }) => bytes);
    await expectBytes(world.follow({ isContinued: true }), ...all);
  });

  it("does not take the files of another recording for its own", async () => {
    const [first, second] = [fakeTake(), fakeTake()];
    await replace(first.bytes);
    await replace(second.bytes);
    await until(() => existsSync(saved(1)));
    await world.recording.close();
    await expectBytes(world.follow(), second.bytes);
  });

  it("is read on while what the bot has replaced is copied", async () => {
    const [first, second] = [fakeTake(4 * MIB), fakeTake()];
    await replace(first.bytes);
    const reading = world.recording.open(0, first.bytes.length);
    await replace(second.bytes);
    const [all] = await Promise.all([buffer(reading), until(() => existsSync(saved(1)))]);
    expect(all.equals(first.bytes)).to.equal(true);
    const again = await buffer(world.recording.open(0, first.bytes.length));
    expect(again.equals(first.bytes)).to.equal(true);
  });

  it("leaves no half of a copy behind when it is closed", async () => {
    const first = fakeTake(16 * MIB);
    await replace(first.bytes);
    await replace(fakeTake().bytes);
    await world.recording.close();
    for (const name of await readdir(world.workDir)) expect(name).not.to.match(/\.new$/);
  });

  it("goes on without a copy when there is no room for one", async () => {
    const [first, second] = [fakeTake(), fakeTake()];
    await replace(first.bytes);
    await rm(world.workDir, { recursive: true });
    await replace(second.bytes);
    await expectBytes(world.recording, first.bytes, second.bytes);
  });
});
