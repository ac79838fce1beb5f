import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { expect } from "chai";
import { builds, npmBuild } from "./support/builds.ts";
import { useLive } from "./support/live.ts";
import { processesIn, waitForProcessIn } from "./support/processes.ts";
import {
  changingH264,
  chromiumRecording,
  generate,
  LIVE_VP8,
  pictures,
  tone,
} from "./support/recordings.ts";

for (const binaries of builds) {
  describe(`a live conversion that falls over with ffmpeg ${binaries.version}`, function () {
    this.timeout(60_000);
    const { scratch, start, grow, growWhile, wrapped } = useLive(binaries);

    /** fluent-ffmpeg also asks for the formats that a build knows. */
    function whenConverting(script: string) {
      return wrapped(`case "$*" in *pipe:0*) ${script};; *) exec "${binaries.ffmpeg}" "$@";; esac`);
    }

    /** What a recording that is there at once comes to. */
    async function whyRedone(recording: string, more: Parameters<typeof start>[0] = {}) {
      const { file, live } = await start(more);
      await grow(file, { path: recording });
      file.end();
      const outcome = await live.outcome();
      expect(await readdir(scratch.path("live-out"))).to.deep.equal([]);
      return outcome.kind === "redo" ? outcome.why : "";
    }

    it("does not take a short output for a success", async () => {
      const short = await whenConverting(`head -c 100000 | "${binaries.ffmpeg}" "$@"`);
      const why = await whyRedone(chromiumRecording("h264"), { binaries: short });
      expect(why).to.match(/^video: its video ends after 2\.\d\d s instead of 19\.\d\d s$/);
    });

    it("says why ffmpeg failed", async () => {
      const failing = await whenConverting("echo 'out of luck' >&2; exit 3");
      const why = await whyRedone(chromiumRecording("h264"), { binaries: failing });
      expect(why).to.equal("ffmpeg exited with code 3 | out of luck");
    });

    it("gives up what cannot be joined", async () => {
      const { file, live } = await start();
      await grow(file, { path: chromiumRecording("h264"), end: 200_000 });
      await grow(file, { path: chromiumRecording("vp9"), end: 200_000 });
      file.end();
      const why = "its streams differ too much to be joined";
      expect(await live.outcome()).to.deep.equal({ kind: "redo", why });
    });

    it("does not use a copy whose parameters change on the way", async () => {
      const recording = scratch.path("changing.mkv");
      await changingH264(recording, scratch.path());
      const why = await whyRedone(recording);
      expect(why).to.equal("video: the parameters of the H.264 video change on the way");
    });

    it("leaves no process and no file behind when it is stopped", async () => {
      const { file, live } = await start();
      await growWhile({ file, live }, 1, { path: chromiumRecording("h264") });
      await live.stop("the disk is nearly full");
      expect(await live.outcome()).to.deep.equal({ kind: "redo", why: "the disk is nearly full" });
      expect(await readdir(scratch.path("live-out"))).to.deep.equal([]);
    });

    it("leaves no process behind when it is aborted", async () => {
      const abort = new AbortController();
      const { file, live } = await start({ signal: abort.signal });
      await grow(file, { path: chromiumRecording("h264"), end: 400_000 });
      await waitForProcessIn(scratch.path("live-out/live"));
      const reason = new Error("cancelled");
      abort.abort(reason);
      expect(await live.outcome().catch((error) => error)).to.equal(reason);
      expect(await processesIn(scratch.path("live-out/live"))).to.deep.equal([]);
    });
  });
}

describe("a live conversion", function () {
  this.timeout(30_000);
  const { scratch, start, grow } = useLive(npmBuild);

  it("ends with the signal's reason before anything is recorded", async () => {
    const reason = new Error("cancelled");
    const { live } = await start({ signal: AbortSignal.abort(reason) });
    expect(await live.outcome().catch((error) => error)).to.equal(reason);
  });

  it("leaves an MP4 for afterwards as soon as it sees one", async () => {
    const recording = scratch.path("recording.mp4");
    await generate(...pictures("160x120", 1), ...tone(1), "-c:v", "libx264", recording);
    const { file, live } = await start();
    await grow(file, { path: recording });
    const why = "the recording is not WebM";
    expect(await live.outcome()).to.deep.equal({ kind: "redo", why });
  });

  it("leaves a recording for afterwards that holds nothing", async () => {
    const { file, live } = await start();
    await grow(file, { path: chromiumRecording("h264"), end: 300 });
    file.end();
    const why = "the recording has no picture or sound";
    expect(await live.outcome()).to.deep.equal({ kind: "redo", why });
  });

  it("leaves a recording for afterwards that has nothing of what is wanted", async () => {
    const recording = scratch.path("silent.webm");
    await generate(...pictures("160x120", 1), ...LIVE_VP8, recording);
    const { file, live } = await start({ options: { outputs: ["audio"] } });
    await grow(file, { path: recording });
    file.end();
    const why = "a stream has nothing of what is wanted";
    expect(await live.outcome()).to.deep.equal({ kind: "redo", why });
  });

  it("leaves a scratch folder that cannot be written for others to complain about", async () => {
    await writeFile(scratch.path("file"), "");
    const { live } = await start({ workDir: scratch.path("file/out") });
    const outcome = await live.outcome();
    expect(outcome.kind === "redo" && outcome.why).to.match(/^ENOTDIR/);
  });

  it("does not take an earlier process's file for its own", async () => {
    await mkdir(scratch.path("live-out/live"), { recursive: true });
    await writeFile(scratch.path("live-out/live/2-video.mp4"), "old");
    const { file, live } = await start();
    await grow(file, { path: chromiumRecording("h264"), end: 300_000 });
    file.end();
    expect(await live.outcome()).to.include({ kind: "converted", streams: 1 });
    expect(await readdir(scratch.path("live-out"))).to.have.members(["video.mp4", "audio.m4a"]);
    const video = await readFile(scratch.path("live-out/video.mp4"));
    expect(video.subarray(4, 8).toString()).to.equal("ftyp");
  });
});
