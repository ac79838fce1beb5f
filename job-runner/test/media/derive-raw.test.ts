import { readFile, writeFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import { describeRaw } from "../../src/media/derive-raw.ts";
import { npmBuild } from "./support/builds.ts";
import { chromiumRecording, generate, pictures, writeStart } from "./support/recordings.ts";
import { useScratch } from "./support/scratch.ts";

describe("describeRaw", function () {
  this.timeout(20_000);
  const scratch = useScratch();
  const describeFiles = (...recordings: string[]) =>
    describeRaw({ recordings, recordedSeconds: 12.5 }, npmBuild.ffprobe);

  it("holds the bot's files one after the other", async () => {
    const [empty, first] = [scratch.path("empty.webm"), scratch.path("first.webm")];
    await writeFile(empty, "");
    await writeStart(first, "vp9", 100_000);
    const second = chromiumRecording("vp9");
    const { source, ...raw } = await describeFiles(empty, first, second);
    const expected = Buffer.concat([await readFile(first), await readFile(second)]);
    expect(raw).to.deep.equal({
      kind: "raw",
      name: "raw.webm",
      contentType: "video/webm",
      bytes: expected.length,
      durationSeconds: 12.5,
      codec: "vp9",
      width: 1280,
      height: 720,
    });
    expect(source.bytes).to.equal(expected.length);
    for (let time = 0; time < 2; time++) {
      expect(expected.equals(await buffer(source.open()))).to.equal(true);
    }
  });

  it("stays the same when a file grows", async () => {
    const path = scratch.path("growing.webm");
    await writeStart(path, "h264", 100_000);
    const { source, bytes } = await describeFiles(path);
    await writeStart(path, "h264", 200_000);
    expect(await buffer(source.open())).to.have.length(bytes);
  });

  it("calls an MP4 what it is", async () => {
    const path = scratch.path("recording.mp4");
    await generate(...pictures("160x120", 1), path);
    expect(await describeFiles(path)).to.include({
      name: "raw.mp4",
      contentType: "video/mp4",
      codec: "h264",
    });
  });

  it("is stored although nothing can read it", async () => {
    const path = scratch.path("garbage.webm");
    await writeFile(path, "garbage");
    expect(await describeFiles(path)).to.include({ name: "raw.webm", bytes: 7, codec: "" });
  });

  it("rejects when a file is not there", async () => {
    const error = await describeFiles(scratch.path("none")).catch((error) => error);
    expect(error).to.have.property("code", "ENOENT");
  });
});
