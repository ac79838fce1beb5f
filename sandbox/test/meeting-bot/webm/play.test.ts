import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { FixtureName } from "../../../src/meeting-bot/plan.ts";
import { elementId, walkLive } from "../../../src/meeting-bot/webm/elements.ts";
import {
  type LiveRecording,
  parseLiveRecording,
} from "../../../src/meeting-bot/webm/live-recording.ts";
import { type Cut, playInChunks } from "../../../src/meeting-bot/webm/play.ts";
import { decodingErrors, packetTimes, probe } from "../support/media.ts";

const recordings = new URL("../../../recordings/", import.meta.url);
const codecs: FixtureName[] = ["vp9", "vp8", "h264"];

async function load(codec: FixtureName): Promise<LiveRecording> {
  return parseLiveRecording(await readFile(new URL(`chromium-${codec}-opus.webm`, recordings)));
}

function play(recording: LiveRecording, lengthMs: number, cut: Cut = "between-blocks"): Buffer {
  return Buffer.concat([...playInChunks(recording, { lengthMs, cut })].map(({ bytes }) => bytes));
}

describe("playInChunks", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "play-"));
  });
  after(() => rm(folder, { recursive: true }));

  for (const codec of codecs) {
    it(`loops ${codec} into one stream that decodes without a complaint`, async () => {
      const path = join(folder, `${codec}.webm`);
      await appendFile(path, play(await load(codec), 23_000));
      expect(await probe(path)).to.deep.equal({ codecs: [codec, "opus"] });
      expect(await decodingErrors(path)).to.equal("");
    });
  }

  for (const codec of codecs) {
    it(`plays every frame and packet of ${codec} in every round, with rising time stamps`, async () => {
      const path = join(folder, `${codec}-rounds.webm`);
      const recording = await load(codec);
      const blocks = recording.clusters.flatMap((cluster) => cluster.blocks);
      await appendFile(path, play(recording, 2 * recording.loopMs));
      const video = await packetTimes(path, "v");
      const audio = await packetTimes(path, "a");
      expect(video.length + audio.length).to.equal(2 * blocks.length);
      expect(video.every((time, index) => index === 0 || time > (video[index - 1] ?? 0))).to.equal(
        true,
      );
      const gaps = audio.slice(1).map((time, index) => time - (audio[index] ?? 0));
      expect(Math.max(...gaps), "no hole in the audio where two rounds meet").to.be.below(0.075);
    });
  }

  for (const seconds of [1, 7.5, 20, 61]) {
    it(`ends within one frame of ${seconds} s`, async () => {
      const path = join(folder, `cut-${seconds}.webm`);
      await appendFile(path, play(await load("vp9"), seconds * 1000));
      const end = (await packetTimes(path, "v")).at(-1);
      expect(end).to.be.within(seconds - 0.075, seconds);
      expect((await packetTimes(path, "a")).at(-1)).to.be.within(seconds - 0.075, seconds);
    });
  }

  it("hands over one chunk for every two seconds, the last one when the meeting ends", async () => {
    const chunks = [...playInChunks(await load("vp9"), { lengthMs: 5000, cut: "between-blocks" })];
    expect(chunks.map(({ endMs }) => endMs)).to.deep.equal([2000, 4000, 5000]);
    for (const { endMs, lastBlockMs } of chunks) {
      expect(lastBlockMs).to.be.within(endMs - 75, endMs - 1);
    }
  });

  it("keeps the recording's own header and Clusters of unknown size", async () => {
    const recording = await load("h264");
    const played = play(recording, 25_000);
    expect(played.subarray(0, recording.header.length).equals(recording.header)).to.equal(true);
    expect(played.toString("latin1", 0, 64)).to.contain("matroska");
    const clusters = [...walkLive(played)].filter(({ id }) => id === elementId.cluster);
    expect(clusters.length).to.be.above(15);
    expect(clusters.every(({ end }) => end === played.length)).to.equal(true);
  });

  it("cuts in the middle of a block when asked to", async () => {
    const recording = await load("vp9");
    const played = play(recording, 10_000, "mid-block");
    const whole = play(recording, 10_000);
    expect(played.length).to.be.above(whole.length + 20);
    expect([...walkLive(whole)].at(-1)?.end).to.equal(whole.length);
    expect([...walkLive(played)].at(-1)?.end).to.be.above(played.length);
  });

  it("holds one chunk of two hours, not two hours", async () => {
    const sizes: number[] = [];
    const twoHours = { lengthMs: 7_200_000, cut: "between-blocks" } as const;
    for (const { bytes } of playInChunks(await load("vp9"), twoHours)) sizes.push(bytes.length);
    expect(sizes).to.have.length(3600);
    expect(Math.max(...sizes)).to.be.below(256 * 1024);
  });
}).timeout(20_000);

describe("parseLiveRecording", () => {
  it("finds every frame, packet and Cluster of a recording", async () => {
    const { clusters, header } = await load("vp8");
    const blocks = clusters.flatMap((cluster) => cluster.blocks);
    expect(clusters).to.have.length(15);
    expect(blocks.filter(({ track }) => track === 1)).to.have.length(600);
    expect(blocks.filter(({ track }) => track === 2)).to.have.length(333);
    expect(header.length).to.equal(208);
  });

  it("refuses a recording without a block", async () => {
    const { header } = await load("vp8");
    expect(() => parseLiveRecording(header)).to.throw("without a single block");
  });
});
