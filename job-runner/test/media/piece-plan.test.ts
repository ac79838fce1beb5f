import { expect } from "chai";
import { DEFAULT_CONVERSION_OPTIONS as defaults } from "../../src/media/conversion-plan.ts";
import type { PieceContent } from "../../src/media/piece-content.ts";
import { fitsPlan, joinedEnds, planJointly, planPiece } from "../../src/media/piece-plan.ts";

const h264 = {
  codec: "h264",
  profile: "High",
  pixFmt: "yuv420p",
  width: 640,
  height: 360,
  fieldOrder: "progressive",
};
const opus = { codec: "opus", sampleRate: 48_000, channels: 2 };
const whole: PieceContent = {
  video: h264,
  audio: opus,
  seconds: 10,
  ends: { videoSeconds: 10, audioSeconds: 9.5 },
};
const silent: PieceContent = { video: h264, seconds: 4, ends: { videoSeconds: 4 } };
const blind: PieceContent = { audio: opus, seconds: 3, ends: { audioSeconds: 3 } };

describe("the plan for all pieces", () => {
  it("copies when every piece may be copied", () => {
    expect(planJointly([whole, silent], defaults)).to.deep.equal({
      outputs: ["video", "audio"],
      absent: [],
      mode: "copy",
      size: { width: 640, height: 360 },
      hasAudio: true,
    });
  });

  it("encodes all when one piece differs in size, codec or has no picture", () => {
    const larger = { ...whole, video: { ...h264, width: 1280, height: 720 } };
    const vp9 = { ...whole, video: { ...h264, codec: "vp9" } };
    for (const other of [larger, vp9, blind]) {
      expect(planJointly([whole, other], defaults).mode).to.equal("encode");
    }
  });

  it("makes only what there is material for", () => {
    expect(planJointly([silent], defaults)).to.deep.include({
      outputs: ["video"],
      absent: ["audio"],
    });
    expect(planJointly([blind], defaults)).to.deep.include({
      outputs: ["audio"],
      absent: ["video"],
    });
  });

  it("makes only what is wanted, and no picture for sound alone", () => {
    const plan = planJointly([whole], { ...defaults, outputs: ["audio"] });
    expect(plan).to.deep.equal({
      outputs: ["audio"],
      absent: [],
      mode: "encode",
      size: undefined,
      hasAudio: true,
    });
    expect(planPiece(whole, plan).video).to.equal(undefined);
    expect(planJointly([silent], { ...defaults, outputs: ["audio"] }).outputs).to.deep.equal([]);
  });

  it("joins sound alone whatever the pictures beside it are", () => {
    const options = { ...defaults, outputs: ["audio" as const] };
    const plan = planJointly([whole], options);
    const larger = { ...whole, video: { ...h264, codec: "vp9", width: 1280, height: 720 } };
    expect(fitsPlan(larger, plan, options)).to.equal(true);
    expect(fitsPlan(larger, planJointly([whole], defaults), defaults)).to.equal(false);
  });
});

describe("the plan for a piece", () => {
  const plan = planJointly([whole, silent, blind], defaults);

  it("takes what it has", () => {
    const alone = planJointly([whole], defaults);
    expect(planPiece(whole, alone, false).video).to.include({ mode: "copy" });
    expect(planPiece(whole, alone, false).audio).to.deep.equal({
      mode: "encode",
      minimumSeconds: undefined,
    });
  });

  it("fills in what it lacks and others have", () => {
    const size = { width: 640, height: 360 };
    expect(planPiece(silent, plan, true).audio).to.deep.equal({ mode: "silence", seconds: 4 });
    expect(planPiece(blind, plan, false).video).to.deep.equal({ mode: "black", size, seconds: 3 });
  });

  it("makes the sound as long as the piece when another one follows", () => {
    expect(planPiece(whole, plan, true).audio).to.deep.equal({
      mode: "encode",
      minimumSeconds: 10,
    });
  });

  it("adds up the ends", () => {
    expect(joinedEnds([whole])).to.deep.equal({ videoSeconds: 10, audioSeconds: 9.5 });
    expect(joinedEnds([whole, silent, blind])).to.deep.equal({
      videoSeconds: 17,
      audioSeconds: 17,
    });
  });
});
