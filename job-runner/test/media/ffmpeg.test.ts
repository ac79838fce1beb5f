import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { PassThrough } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import { expect } from "chai";
import { type FfmpegRun, runFfmpeg } from "../../src/media/ffmpeg.ts";
import { builds } from "./support/builds.ts";
import { processesIn, processGroup, waitForProcessIn } from "./support/processes.ts";
import { chromiumRecording } from "./support/recordings.ts";
import { useScratch } from "./support/scratch.ts";

for (const { ffmpeg, version } of builds) {
  describe(`a run of ffmpeg ${version}`, function () {
    this.timeout(20_000);
    const scratch = useScratch();
    const copy = ["-map", "0:v:0", "-c", "copy", "video.mp4"];
    const inputOptions = ["-y", "-loglevel", "error", "-stats"];

    function run(input: FfmpegRun["input"], more: Partial<FfmpegRun> = {}) {
      const base = { ffmpeg, input, inputOptions, outputArguments: copy, workDir: scratch.path() };
      return runFfmpeg({ ...base, ...more });
    }

    /** A meeting that goes on: ffmpeg has the beginning and waits for more. */
    async function endlessInput(): Promise<PassThrough> {
      const input = new PassThrough();
      input.write(await readFile(chromiumRecording("h264")));
      return input;
    }

    it("reports the seconds written", async () => {
      const reported: number[] = [];
      const input = createReadStream(chromiumRecording("h264"));
      const outcome = await run(input, { onProgress: (seconds) => reported.push(seconds) });
      expect(outcome).to.deep.equal({ ok: true });
      expect(reported.at(-1)).to.be.closeTo(20, 0.1);
    });

    it("reads a file by name", async () => {
      expect(await run(chromiumRecording("h264"))).to.deep.equal({ ok: true });
    });

    it("leads its own process group", async () => {
      const input = await endlessInput();
      const running = run(input);
      const id = await waitForProcessIn(scratch.path());
      expect(await processGroup(id)).to.equal(id);
      input.end();
      expect(await running).to.deep.equal({ ok: true });
    });

    it("leaves no process behind when it is aborted", async () => {
      const reason = new Error("cancelled");
      const abort = new AbortController();
      const input = await endlessInput();
      const running = run(input, { signal: abort.signal }).catch((error) => error);
      await waitForProcessIn(scratch.path());
      abort.abort(reason);
      expect(await running).to.equal(reason);
      expect(await processesIn(scratch.path())).to.deep.equal([]);
      expect(input.destroyed).to.equal(true);
    });

    it("leaves no process behind when it is aborted before it starts", async () => {
      const reason = new Error("cancelled");
      const running = run(await endlessInput(), { signal: AbortSignal.abort(reason) });
      expect(await running.catch((error) => error)).to.equal(reason);
      expect(await processesIn(scratch.path())).to.deep.equal([]);
    });

    it("fails when ffmpeg is killed, and lets go of whoever writes to it", async () => {
      const input = await endlessInput();
      const writing = finished(input).catch((error) => error.code);
      const running = run(input);
      process.kill(await waitForProcessIn(scratch.path()), "SIGKILL");
      expect(await running).to.deep.equal({
        ok: false,
        message: "ffmpeg was killed with signal SIGKILL",
      });
      expect(await writing).to.equal("ERR_STREAM_PREMATURE_CLOSE");
    });

    it("fails in ffmpeg's words, without the names of files", async () => {
      const outcome = await run(scratch.path("secret.webm"));
      expect(outcome).to.deep.equal({
        ok: false,
        message: "ffmpeg exited with code 1 | input: No such file or directory",
      });
    });

    it("does not hang when ffmpeg refuses its input at once", async () => {
      const input = new PassThrough();
      const writing = pipeline(createReadStream("/dev/zero"), input).catch((error) => error.code);
      const outcome = await run(input, { outputArguments: ["-f", "nonsense", "out"] });
      expect(outcome.ok).to.equal(false);
      expect(await writing).to.equal("ERR_STREAM_PREMATURE_CLOSE");
    });

    it("fails when the input fails", async () => {
      const outcome = await run(createReadStream(scratch.path("none")));
      expect(outcome).to.deep.include({ ok: false });
      expect(outcome.ok || outcome.message).to.contain("the input failed: ENOENT");
    });

    it("fails when the input is cut off", async () => {
      const input = await endlessInput();
      const running = run(input);
      await waitForProcessIn(scratch.path());
      input.destroy();
      expect(await running).to.have.property("ok", false);
      expect(await processesIn(scratch.path())).to.deep.equal([]);
    });

    it("fails when it cannot be started", async () => {
      for (const more of [{ workDir: scratch.path("none") }, { ffmpeg: scratch.path("none") }]) {
        const outcome = await run(createReadStream(chromiumRecording("h264")), more);
        expect(outcome.ok || outcome.message).to.match(/^spawn .* ENOENT$/);
      }
    });
  });
}
