import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { expect } from "chai";
import { probeMedia } from "../../src/media/probe.ts";
import { builds, npmBuild } from "./support/builds.ts";
import { SECONDS, useDerivation } from "./support/derivation.ts";
import { processesIn, waitForProcessIn } from "./support/processes.ts";
import { tone } from "./support/recordings.ts";

const TOLERANCE_SECONDS = 0.1;

for (const binaries of builds) {
  describe(`outputs derived by ffmpeg ${binaries.version}`, function () {
    this.timeout(30_000);
    const { scratch, source, recording, video, audio, derive, wrapped } = useDerivation(binaries);

    it("are what their names say, as long as their source", async () => {
      const { outputs, failures, absent } = await derive([await video(), await audio()]);
      expect({ failures, absent }).to.deep.equal({ failures: [], absent: [] });
      const found = await Promise.all(
        outputs.map(async ({ path, bytes, durationSeconds, ...described }) => {
          expect(bytes).to.equal((await stat(path)).size);
          expect(durationSeconds).to.be.closeTo(
            described.kind === "thumbnail" ? 0 : SECONDS,
            TOLERANCE_SECONDS,
          );
          return [path.slice(scratch.path("out/").length), described];
        }),
      );
      expect(found).to.deep.equal([
        ["audio.mp3", { kind: "mp3", contentType: "audio/mpeg", codec: "mp3" }],
        ["audio.wav", { kind: "wav", contentType: "audio/wav", codec: "pcm_s16le" }],
        ["audio.opus", { kind: "opus", contentType: "audio/ogg", codec: "opus" }],
        [
          "thumbnail.jpg",
          { kind: "thumbnail", contentType: "image/jpeg", codec: "mjpeg", width: 160, height: 120 },
        ],
      ]);
    });

    it("have the bit rate that is asked for", async () => {
      const sources = [await audio()];
      const formats = ["audio.mp3", "audio.opus"] as const;
      const bytesAt = async (audioBitrateKbps: number) => {
        const { outputs } = await derive(sources, { formats, audioBitrateKbps });
        return outputs.map(({ bytes }) => bytes);
      };
      const [low, high] = [await bytesAt(32), await bytesAt(128)];
      for (const [index, bytes] of high.entries()) {
        expect(bytes / (low[index] ?? 0)).to.be.within(2, 5);
      }
    });

    it("show a wide picture smaller", async () => {
      const formats = ["thumbnail.jpg"] as const;
      const { outputs } = await derive([await video("800x450")], { formats });
      expect(outputs[0]).to.include({ width: 640, height: 360 });
    });

    it("show the only picture, wherever it is", async () => {
      const still = ["-f", "lavfi", "-i", "testsrc=size=160x120:rate=25:duration=0.04"];
      const sources = [await source("video", ...still, ...tone(SECONDS))];
      const { outputs, failures } = await derive(sources, { formats: ["thumbnail.jpg"] });
      expect(failures).to.deep.equal([]);
      expect(outputs).to.have.length(1);
    });

    it("take the sound from the recording, whatever became of the other outputs", async () => {
      const path = await recording("seen.webm", SECONDS, ...tone(SECONDS));
      const recordings = async () => [path];
      const { outputs } = await derive([], { formats: ["audio.mp3"], recordings });
      const info = await probeMedia(npmBuild.ffprobe, outputs[0]?.path ?? "");
      expect(info?.video).to.equal(undefined);
      expect(info?.audio?.endSeconds).to.be.closeTo(SECONDS, TOLERANCE_SECONDS);
    });

    it("begin when the recording does, although its sound comes later", async () => {
      const path = await recording("late.webm", 3, "-itsoffset", "2", ...tone(1));
      const formats = ["audio.mp3", "audio.wav", "audio.opus"] as const;
      const { outputs, failures } = await derive([], { formats, recordings: async () => [path] });
      expect(failures).to.deep.equal([]);
      for (const { durationSeconds } of outputs) expect(durationSeconds).to.be.closeTo(3, 0.15);
    });

    it("join the pieces of a recording, each as long as it is to be seen", async () => {
      const paths = [
        await recording("1.webm", 3, ...tone(1)),
        await recording("2.webm", 1),
        await recording("3.webm", 2, ...tone(2)),
      ];
      const formats = ["audio.mp3", "audio.wav", "audio.opus"] as const;
      const { outputs, failures } = await derive([], { formats, recordings: async () => paths });
      expect(failures).to.deep.equal([]);
      for (const { path } of outputs) {
        const info = await probeMedia(npmBuild.ffprobe, path);
        expect(info?.durationSeconds).to.be.closeTo(6, 0.3);
      }
      expect(await readdir(scratch.path("out"))).to.have.members(formats);
    });

    it("do not fail with each other", async () => {
      const failing = `case "$*" in *libmp3lame*) echo no >&2; exit 1;; esac; exec "${binaries.ffmpeg}" "$@"`;
      const { outputs, failures } = await derive([await video(), await audio()], {
        binaries: await wrapped(failing),
      });
      expect(failures).to.deep.equal([
        {
          kind: "mp3",
          code: "CONVERSION_FAILED",
          message: "mp3: the output cannot be read (ffmpeg exited with code 1 | no)",
        },
      ]);
      expect(outputs.map(({ kind }) => kind)).to.deep.equal(["wav", "opus", "thumbnail"]);
    });

    it("are refused and removed when they are shorter than their source", async () => {
      const short = await wrapped(`exec "${binaries.ffmpeg}" -t 1 "$@"`);
      const formats = ["audio.mp3", "audio.wav", "audio.opus"] as const;
      const { outputs, failures } = await derive([await audio()], { formats, binaries: short });
      expect(outputs).to.deep.equal([]);
      expect(failures).to.have.length(3);
      for (const { message } of failures) {
        expect(message).to.match(/: its sound ends after [01]\.\d\d s instead of [34]\.\d\d s$/);
      }
      expect(await readdir(scratch.path("out"))).to.deep.equal([]);
    });

    it("are refused when the disk is full", async () => {
      const full = await wrapped(`trap '' XFSZ; ulimit -f 4; exec "${binaries.ffmpeg}" "$@"`);
      const { outputs, failures } = await derive([await video(), await audio()], {
        binaries: full,
      });
      expect(outputs).to.deep.equal([]);
      expect(failures.map(({ kind }) => kind)).to.have.members(["mp3", "wav", "opus", "thumbnail"]);
      expect(await readdir(scratch.path("out"))).to.deep.equal([]);
    });
  });
}

describe("deriving outputs", function () {
  this.timeout(30_000);
  const { scratch, video, audio, derive, wrapped } = useDerivation(npmBuild);

  it("makes nothing that was not asked for", async () => {
    const formats = ["video.mp4", "audio.m4a", "raw.webm"] as const;
    expect(await derive([await audio()], { formats })).to.deep.equal({
      outputs: [],
      failures: [],
      absent: [],
    });
    expect(await readdir(scratch.path("out"))).to.deep.equal([]);
  });

  it("has no picture of what has none, and no sound", async () => {
    const blind = { outputs: [await audio()], absent: ["video" as const] };
    const { outputs, absent } = await derive([], { converted: blind });
    expect(outputs.map(({ kind }) => kind)).to.deep.equal(["mp3", "wav", "opus"]);
    expect(absent).to.deep.equal(["thumbnail"]);
    const silent = { outputs: [await video()], absent: ["audio" as const] };
    expect((await derive([], { converted: silent })).absent).to.deep.equal(["mp3", "wav", "opus"]);
  });

  it("fails where the source could not be made", async () => {
    const { failures } = await derive([await audio()], { formats: ["thumbnail.jpg"] });
    expect(failures.map(({ message }) => message)).to.deep.equal([
      "thumbnail: there is no video to make it of",
    ]);
  });

  it("does not take what an earlier attempt left for its own", async () => {
    await writeFile(scratch.path("out/audio.mp3"), "old");
    const binaries = await wrapped("exit 0");
    const { failures } = await derive([await audio()], { formats: ["audio.mp3"], binaries });
    expect(failures[0]?.message).to.equal("mp3: the output cannot be read");
    expect(await readdir(scratch.path("out"))).to.deep.equal([]);
  });

  it("survives an ffprobe that does not start", async () => {
    const binaries = { ...npmBuild, ffprobe: scratch.path("none") };
    const { failures } = await derive([await audio()], { formats: ["audio.wav"], binaries });
    expect(failures[0]?.message).to.match(/^wav: .*ENOENT/);
  });

  it("runs no more than two at once", async () => {
    const [here, log] = [scratch.path("run"), scratch.path("log")];
    const binaries = await wrapped(
      `touch ${here}.$$; ls ${here}.* | wc -l >>${log}; "${npmBuild.ffmpeg}" "$@"; rm ${here}.$$`,
    );
    const { failures } = await derive([await video(), await audio()], { binaries });
    expect(failures).to.deep.equal([]);
    const counts = (await readFile(log, "utf8")).trim().split("\n").map(Number);
    expect(counts).to.have.length.of.at.least(4);
    expect(Math.max(...counts)).to.be.at.most(2);
  });

  it("leaves no process behind when it is aborted", async () => {
    const abort = new AbortController();
    const binaries = await wrapped("exec sleep 60");
    const signal = abort.signal;
    const running = derive([await audio()], { binaries, signal }).catch((error) => error);
    await waitForProcessIn(scratch.path("out"));
    const reason = new Error("cancelled");
    abort.abort(reason);
    expect(await running).to.equal(reason);
    expect(await processesIn(scratch.path("out"))).to.deep.equal([]);
  });
});
