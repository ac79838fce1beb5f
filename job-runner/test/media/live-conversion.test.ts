import { readdir, readFile } from "node:fs/promises";
import { getPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { ConvertedRecording } from "../../src/media/converted-recording.ts";
import type { LiveOutcome } from "../../src/media/live-conversion.ts";
import { filledTrack } from "../../src/media/recording-layout.ts";
import { builds } from "./support/builds.ts";
import { describeOutputs } from "./support/conversion.ts";
import type { GrowingFile } from "./support/growing-file.ts";
import { useLive } from "./support/live.ts";
import { waitForProcessIn } from "./support/processes.ts";
import {
  chromiumRecording,
  generate,
  hasIndexInFront,
  LIVE_VP8,
  pictures,
  tone,
} from "./support/recordings.ts";

function unwrap(outcome: LiveOutcome): ConvertedRecording {
  if (outcome.kind === "redo") throw new Error(outcome.why);
  const { kind: _, ...converted } = outcome;
  return converted;
}

/** What two ways of converting must agree on. */
function essence({ outputs, ...rest }: ConvertedRecording) {
  const alike = outputs.map(({ kind, contentType, codec, width, height, durationSeconds }) => {
    return { kind, contentType, codec, width, height, seconds: durationSeconds.toFixed(1) };
  });
  return { ...rest, outputs: alike };
}

for (const binaries of builds) {
  describe(`a live conversion by ffmpeg ${binaries.version}`, function () {
    this.timeout(60_000);
    const { scratch, start, grow, growWhile, convert, wrapped } = useLive(binaries);

    async function expectSameAsAfterwards(file: GrowingFile, converted: ConvertedRecording) {
      const afterwards = await convert(file.path);
      expect(essence(converted)).to.deep.equal(essence(afterwards));
      const [live, later] = await Promise.all([converted, afterwards].map(describeOutputs));
      expect(live?.video?.video?.frames).to.equal(later?.video?.video?.frames);
      const ends = (found: typeof live) =>
        [found?.video?.video, found?.video?.audio, found?.audio?.audio].map((track) =>
          track?.endSeconds?.toFixed(1),
        );
      expect(ends(live)).to.deep.equal(ends(later));
      const names = converted.outputs.map(({ path }) => path);
      for (const path of names) expect(await hasIndexInFront(path)).to.equal(true);
      expect(await readdir(scratch.path("live-out"))).to.have.length(names.length);
    }

    for (const [codec, bytes] of [
      ["h264", 800_000],
      ["vp9", 300_000],
    ] as const) {
      it(`keeps pace with ${codec} and ends as a conversion afterwards does`, async () => {
        const { file, live } = await start();
        await growWhile({ file, live }, 1, { path: chromiumRecording(codec), end: bytes });
        file.end();
        await expectSameAsAfterwards(file, unwrap(await live.outcome()));
      });
    }

    it("encodes no picture when only sound is wanted", async () => {
      const blind = `case "$*" in *0:v*) exit 1;; esac; exec "${binaries.ffmpeg}" "$@"`;
      const options = { outputs: ["audio" as const] };
      const { file, live } = await start({ binaries: await wrapped(blind), options });
      await grow(file, { path: chromiumRecording("vp9"), end: 300_000 });
      const seconds = (file.layout().streams[0]?.lastMs ?? 0) / 1000;
      file.end();
      const result = unwrap(await live.outcome());
      expect(result.outputs.map(({ kind }) => kind)).to.deep.equal(["audio"]);
      expect(result.outputs[0]?.durationSeconds).to.be.closeTo(seconds, 0.1);
      expect(await readdir(scratch.path("live-out"))).to.deep.equal(["audio.m4a"]);
    });

    it("yields to the bot", async () => {
      const { file, live } = await start();
      await grow(file, { path: chromiumRecording("h264"), end: 300_000 });
      expect(getPriority(await waitForProcessIn(scratch.path("live-out/live")))).to.equal(10);
      file.end();
      await live.outcome();
    });

    it("gives each of two streams its own ffmpeg, and joins them", async () => {
      const { file, live } = await start();
      await grow(file, { path: chromiumRecording("h264"), end: 400_000 });
      const firstSeconds = (file.layout().streams[0]?.lastMs ?? 0) / 1000;
      await growWhile({ file, live }, firstSeconds + 1, { path: chromiumRecording("h264") });
      file.end();
      const result = unwrap(await live.outcome());
      const { streams } = file.layout();
      const frames = streams.map((stream) => filledTrack(stream, "video")?.blocks ?? 0);
      const { video } = await describeOutputs(result);
      expect(result).to.include({ streams: 2, truncated: true });
      expect(video?.video?.frames).to.equal((frames[0] ?? 0) + (frames[1] ?? 0));
      await expectSameAsAfterwards(file, result);
    });

    it("fills the end of a stream whose sound ended before its picture", async () => {
      const recording = scratch.path("short.webm");
      await generate(...pictures("160x120", 4), ...tone(2), ...LIVE_VP8, recording);
      const { file, live } = await start();
      await grow(file, { path: recording });
      await grow(file, { path: recording });
      file.end();
      const { audio } = await describeOutputs(unwrap(await live.outcome()));
      expect(audio?.audio?.endSeconds).to.be.closeTo(6, 0.15);
    });

    it("starts again for sound that comes late", async () => {
      const recording = scratch.path("late.webm");
      const late = ["-itsoffset", "8", ...tone(2)];
      await generate(...pictures("160x120", 10), ...late, ...LIVE_VP8, recording);
      const { file, live } = await start();
      const [beginning, rest] = await slices(recording, 2);
      await file.append(beginning ?? Buffer.alloc(0));
      await waitForProcessIn(scratch.path("live-out/live"));
      expect(file.layout().streams[0]?.tracks.map(({ blocks }) => blocks > 0)).to.deep.equal([
        true,
        false,
      ]);
      await file.append(rest ?? Buffer.alloc(0));
      file.end();
      const { video, audio } = await describeOutputs(unwrap(await live.outcome()));
      expect(video?.video?.frames).to.equal(250);
      for (const track of [video?.audio, audio?.audio]) {
        expect(track?.endSeconds).to.be.closeTo(10, 0.1);
      }
    });

    it("makes only a video when the sound was announced and never came", async () => {
      const { file, live } = await start();
      await grow(file, { path: chromiumRecording("h264"), end: 35_500 });
      file.end();
      const result = unwrap(await live.outcome());
      expect(result).to.deep.include({ absent: ["audio"], failures: [] });
      await expectSameAsAfterwards(file, result);
    });

    it("passes over a stream that holds nothing", async () => {
      const { file, live } = await start();
      await grow(file, { path: chromiumRecording("h264"), end: 300 });
      await grow(file, { path: chromiumRecording("h264"), end: 300_000 });
      file.end();
      const result = unwrap(await live.outcome());
      expect(result.streams).to.equal(1);
      await expectSameAsAfterwards(file, result);
    });

    it("starts again, faster, when it falls behind early", async () => {
      const recording = scratch.path("long.webm");
      await generate(...pictures("160x120", 40), ...tone(40), ...LIVE_VP8, recording);
      const log = scratch.path("log");
      // No faster than real time unless the preset is fast.
      const slow = `case "$*" in *veryfast*) pace=;; *) pace=-re;; esac
        echo "$*" >>"${log}"; exec "${binaries.ffmpeg}" $pace "$@"`;
      const { file, live } = await start({ binaries: await wrapped(slow), options: {} });
      for (const bytes of await slices(recording, 60)) {
        await file.append(bytes);
        await sleep(240);
      }
      file.end();
      const { video } = await describeOutputs(unwrap(await live.outcome()));
      expect(video?.video?.frames).to.equal(1000);
      const presets = (await readFile(log, "utf8")).match(/(?<=-preset )\w+/g);
      expect(presets).to.deep.equal(["medium", "veryfast"]);
    });
  });
}

async function slices(path: string, count: number): Promise<Buffer[]> {
  const content = await readFile(path);
  const bytes = Math.ceil(content.length / count);
  return Array.from({ length: count }, (_, i) => content.subarray(i * bytes, (i + 1) * bytes));
}
