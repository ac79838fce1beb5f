import { appendFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { expect } from "chai";
import { convertRecording } from "../../src/media/convert-recording.ts";
import { builds, npmBuild } from "./support/builds.ts";
import { useConversion } from "./support/conversion.ts";
import { processesIn, waitForProcessIn } from "./support/processes.ts";
import { chromiumRecording, writeStart } from "./support/recordings.ts";
import { useScratch } from "./support/scratch.ts";
import { element, VOID } from "./support/webm-builder.ts";

for (const binaries of builds) {
  describe(`a failing conversion by ffmpeg ${binaries.version}`, function () {
    this.timeout(60_000);
    const { scratch, request, convert, wrapped } = useConversion(binaries);

    it("does not take a short output for a success, whatever ffmpeg's exit code", async () => {
      const recording = scratch.path("h264.webm");
      await writeStart(recording, "h264", 300_000);
      const short = `case "$*" in *pipe:0*) head -c 100000 | "${binaries.ffmpeg}" "$@";; *) exec "${binaries.ffmpeg}" "$@";; esac`;
      const result = await convertRecording(request(recording, { binaries: await wrapped(short) }));
      expect(result).to.include({ ok: false, code: "CONVERSION_FAILED" });
      expect(result.ok || result.message).to.match(
        /video: its video ends after 2\.\d\d s instead of 6\.\d\d s/,
      );
      expect(await readdir(scratch.path("out"))).to.deep.equal([]);
    });

    it("keeps the sound when there is no room for the video", async () => {
      const recording = scratch.path("h264.webm");
      await writeStart(recording, "h264", 300_000);
      // 400 blocks of 512 bytes are enough for the sound of 6 s and for nothing else.
      const full = `trap '' XFSZ; ulimit -f 400; exec "${binaries.ffmpeg}" "$@"`;
      const { outputs, failures } = await convert(recording, {
        binaries: await wrapped(full),
      });
      expect(outputs.map(({ kind }) => kind)).to.deep.equal(["audio"]);
      expect(failures).to.have.length(1);
      expect(failures[0]).to.include({ kind: "video", code: "CONVERSION_FAILED" });
      expect(await readdir(scratch.path("out"))).to.deep.equal(["audio.m4a"]);
    });

    it("leaves no process behind when it is aborted", async () => {
      const abort = new AbortController();
      await mkdir(scratch.path("out"));
      const running = convert(chromiumRecording("vp9"), {
        signal: abort.signal,
        options: { preset: "medium" },
      }).catch((error) => error);
      await waitForProcessIn(scratch.path("out"));
      const reason = new Error("cancelled");
      abort.abort(reason);
      expect(await running).to.equal(reason);
      expect(await processesIn(scratch.path("out"))).to.deep.equal([]);
    });
  });
}

describe("a conversion", function () {
  this.timeout(30_000);
  const scratch = useScratch();

  function convert(recording: string, workDir = scratch.path("out")) {
    return convertRecording({ recordings: [recording], workDir, binaries: npmBuild });
  }

  it("refuses a recording that is not there, empty, or without a block", async () => {
    await writeFile(scratch.path("empty.webm"), "");
    await writeStart(scratch.path("head.webm"), "vp9", 300);
    for (const [name, message] of [
      ["none.webm", "The bot left no recording."],
      ["empty.webm", "The recording is empty."],
      ["head.webm", "The recording has no picture or sound."],
    ] as const) {
      const result = await convert(scratch.path(name));
      expect(result).to.deep.equal({ ok: false, code: "NO_RECORDING", message });
    }
  });

  it("rejects with the signal's reason", async () => {
    const reason = new Error("cancelled");
    const signal = AbortSignal.abort(reason);
    const recording = chromiumRecording("h264");
    const request = {
      recordings: [recording],
      workDir: scratch.path("out"),
      binaries: npmBuild,
      signal,
    };
    expect(await convertRecording(request).catch((error) => error)).to.equal(reason);
  });

  it("refuses garbage", async () => {
    await writeFile(scratch.path("garbage.webm"), Buffer.alloc(100_000, "garbage"));
    expect(await convert(scratch.path("garbage.webm"))).to.deep.equal({
      ok: false,
      code: "CONVERSION_FAILED",
      message: "The recording is damaged: no picture or sound can be read.",
    });
  });

  it("refuses a scratch folder that cannot be written", async () => {
    await writeFile(scratch.path("file"), "");
    for (const workDir of [scratch.path("file"), scratch.path("file/out")]) {
      expect(await convert(chromiumRecording("h264"), workDir)).to.deep.equal({
        ok: false,
        code: "CONVERSION_FAILED",
        message: "The scratch folder cannot be written.",
      });
    }
  });

  it("needs no more memory for a large recording", async () => {
    const recording = scratch.path("large.webm");
    const small = await readFile(chromiumRecording("h264"));
    const cluster = small.indexOf(Buffer.from("1f43b675", "hex"), small.length / 2);
    await writeFile(recording, small.subarray(0, cluster));
    const padding = element(VOID, Buffer.alloc(1024 * 1024));
    for (let i = 0; i < 320; i++) await appendFile(recording, padding);
    await appendFile(recording, small.subarray(cluster));

    const before = process.memoryUsage().rss;
    let peak = before;
    const sampling = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }, 5);
    const result = await convert(recording).finally(() => clearInterval(sampling));
    expect(result).to.include({ ok: true, recordedSeconds: 19.968 });
    expect(peak - before).to.be.below(128 * 1024 * 1024);
  });
});
