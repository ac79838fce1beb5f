import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { findRecordings } from "../../src/bot/recording-files.ts";

const IDENTITY = { userId: "user-1", botId: "bot-1" };
const DOCUMENTED = "user-1/dXNlci0xYm90LTEw";

describe("the bot's recording files", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "recording-files-"));
  });
  afterEach(() => rm(root, { recursive: true }));

  async function write(name: string, bytes: number): Promise<void> {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), Buffer.alloc(bytes));
  }
  const found = async () =>
    (await findRecordings(root, IDENTITY)).map(({ path, bytes }) => [
      path.slice(root.length + 1),
      bytes,
    ]);

  it("are none before the bot has made any", async () => {
    expect(await found()).to.deep.equal([]);
    expect(await findRecordings(join(root, "none"), IDENTITY)).to.deep.equal([]);
  });

  it("are where they are documented, by either extension", async () => {
    await write(`${DOCUMENTED}.mp4`, 3);
    expect(await found()).to.deep.equal([[`${DOCUMENTED}.mp4`, 3]]);
    await write(`${DOCUMENTED}.webm`, 0);
    expect(await found()).to.deep.equal([
      [`${DOCUMENTED}.webm`, 0],
      [`${DOCUMENTED}.mp4`, 3],
    ]);
  });

  it("are upstream's growing Teams recordings too, after the documented ones", async () => {
    await write("recording-bot-1.webm", 5);
    expect(await found()).to.deep.equal([["recording-bot-1.webm", 5]]);
    await write(`${DOCUMENTED}.webm`, 5);
    expect(await found()).to.deep.equal([
      [`${DOCUMENTED}.webm`, 5],
      ["recording-bot-1.webm", 5],
    ]);
  });

  it("are not sound copies, outputs, other jobs' files or folders", async () => {
    await write("user-1/backup_0f8fad5b.wav", 1);
    await write("outputs/video.mp4", 1);
    await write("recording-bot-2.webm", 1);
    await write("user-1/other.webm", 1);
    await mkdir(join(root, "recording-bot-1.mp4"));
    expect(await found()).to.deep.equal([]);
  });

  it("do not hide that they cannot be read", async () => {
    await symlink("recording-bot-1.webm", join(root, "recording-bot-1.webm"));
    const failure = await findRecordings(root, IDENTITY).catch((error: unknown) => error);
    expect(failure).to.include({ code: "ELOOP" });
  });
});
