import { copyFile, readFile, writeFile } from "node:fs/promises";
import { expect } from "chai";
import { inspectImported } from "../../src/attempt/import-inspection.ts";
import { npmBuild } from "../media/support/builds.ts";
import { chromiumRecording, generate, pictures } from "../media/support/recordings.ts";
import { useScratch } from "../media/support/scratch.ts";

const PLAYLIST = "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n";

describe("a file that was fetched", function () {
  this.timeout(20_000);
  const scratch = useScratch();

  function inspect(ffprobe = npmBuild.ffprobe) {
    return inspectImported(scratch.path("imported"), ffprobe, new AbortController().signal);
  }
  async function refusalOf(bytes: Buffer | string, ffprobe?: string) {
    await writeFile(scratch.path("imported"), bytes);
    const inspected = await inspect(ffprobe);
    return inspected.ok ? undefined : inspected.failure;
  }

  it("is a recording when a browser has made it", async () => {
    await copyFile(chromiumRecording("vp9"), scratch.path("imported"));
    expect(await inspect()).to.include({ ok: true });
  });

  it("is a recording when it is MP4, whatever it is called, and says how long it is", async () => {
    await generate(
      ...pictures("160x120", 2),
      "-c:v",
      "libx264",
      "-f",
      "mp4",
      scratch.path("imported"),
    );
    expect(await inspect()).to.deep.equal({ ok: true, durationSeconds: 2 });
  });

  for (const [what, bytes] of [
    ["is empty", ""],
    ["is a text", "not found"],
    ["names other files", PLAYLIST],
    ["is a picture", Buffer.from("89504e470d0a1a0a", "hex")],
  ] as const) {
    it(`is none when it ${what}, and ffmpeg does not see it`, async () => {
      expect(await refusalOf(bytes, "/there/is/no/ffprobe")).to.deep.equal({
        code: "NO_RECORDING",
        stage: "recording",
        retryable: false,
        message: "What was fetched is no recording: it is neither WebM nor MP4.",
      });
    });
  }

  it("is none when only its beginning is that of one", async () => {
    const beginning = (await readFile(chromiumRecording("vp9"))).subarray(0, 40);
    expect(await refusalOf(Buffer.concat([beginning, Buffer.alloc(1000)]))).to.include({
      message: "What was fetched is no recording: it has neither picture nor sound.",
      retryable: false,
    });
  });
});
