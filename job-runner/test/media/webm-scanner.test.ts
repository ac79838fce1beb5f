import { expect } from "chai";
import type { RecordingLayout } from "../../src/media/recording-layout.ts";
import { createWebmScanner } from "../../src/media/webm-scanner.ts";
import {
  cluster,
  element,
  groupedBlock,
  openElement,
  simpleBlock,
  streamHead,
  VOID,
} from "./support/webm-builder.ts";

function scan(...chunks: Buffer[]): RecordingLayout {
  const scanner = createWebmScanner();
  for (const chunk of chunks) scanner.push(chunk);
  return scanner.end();
}

const stream = Buffer.concat([
  streamHead(),
  cluster(0, simpleBlock(1, 0, 300), simpleBlock(2, 24), groupedBlock(1, 33)),
  cluster(70_000, simpleBlock(2, 14), simpleBlock(1, -3), groupedBlock(2, 74)),
]);

describe("the WebM scanner", () => {
  it("reports tracks, blocks and times of a live stream", () => {
    expect(scan(stream)).to.deep.equal({
      bytes: stream.length,
      streams: [
        {
          startByte: 0,
          endByte: stream.length,
          tracks: [
            {
              number: 1,
              kind: "video",
              codecId: "V_VP9",
              width: 640,
              height: 360,
              blocks: 3,
              firstMs: 0,
              lastMs: 69_997,
            },
            {
              number: 2,
              kind: "audio",
              codecId: "A_OPUS",
              blocks: 3,
              firstMs: 24,
              lastMs: 70_074,
            },
          ],
          firstMs: 0,
          lastMs: 70_074,
          truncated: false,
        },
      ],
    });
  });

  it("reports the same wherever the chunks are cut", () => {
    const file = Buffer.concat([stream.subarray(0, -9), stream]);
    const whole = scan(file);
    for (let at = 1; at < file.length; at++) {
      const pair = scan(file.subarray(0, at), file.subarray(at));
      expect(pair, `cut at ${at}`).to.deep.equal(whole);
    }
    expect(scan(...[...file].map((byte) => Buffer.from([byte])))).to.deep.equal(whole);
  });

  it("finds an appended stream", () => {
    const { streams } = scan(stream, stream);
    expect(streams.map(({ startByte, endByte }) => [startByte, endByte])).to.deep.equal([
      [0, stream.length],
      [stream.length, 2 * stream.length],
    ]);
    expect(streams[0]?.tracks).to.deep.equal(streams[1]?.tracks);
  });

  it("finds an appended stream wherever the first one was cut off", () => {
    const headLength = streamHead().length;
    for (let cut = headLength; cut < stream.length; cut++) {
      const [first, second] = scan(Buffer.concat([stream.subarray(0, cut), stream])).streams;
      expect(first?.endByte, `cut at ${cut}`).to.equal(cut);
      expect(second, `cut at ${cut}`).to.include({ startByte: cut, truncated: false });
      expect(second?.tracks).to.deep.equal(scan(stream).streams[0]?.tracks);
    }
  });

  it("does not take the magic number inside a block for a stream", () => {
    const noise = element(VOID, Buffer.from("1a45dfa3", "hex"), Buffer.alloc(100));
    const layout = scan(streamHead(), cluster(0, simpleBlock(1, 0), noise, simpleBlock(1, 40)));
    expect(layout.streams).to.have.length(1);
    expect(layout.streams[0]).to.include({ lastMs: 40, truncated: false });
  });

  it("does not take a magic number for a stream whose document type is too far away", () => {
    const decoy = Buffer.concat([
      Buffer.from("1a45dfa3", "hex"),
      Buffer.alloc(45),
      element(0x4282, "webm"),
    ]);
    const layout = scan(streamHead(), cluster(0, element(VOID, decoy), simpleBlock(1, 40)));
    expect(layout.streams).to.have.length(1);
  });

  it("does not count a block that was cut off", () => {
    const layout = scan(
      streamHead(),
      cluster(0, simpleBlock(1, 0), simpleBlock(1, 40)).subarray(0, -1),
    );
    expect(layout.streams[0]).to.include({ firstMs: 0, lastMs: 0, truncated: true });
  });

  it("says that a stream with a declared size ends before it", () => {
    const segment = element(0x18538067, Buffer.alloc(0), cluster(0, simpleBlock(1, 0)));
    const head = streamHead().subarray(0, streamHead().indexOf(openElement(0x18538067)));
    expect(scan(head, segment).streams[0]).to.include({ truncated: false });
    expect(scan(head, segment.subarray(0, -24)).streams[0]).to.include({ truncated: true });
  });

  it("reads times in the unit that the stream declares", () => {
    const layout = scan(streamHead("matroska", 100_000), cluster(10_000, simpleBlock(1, 5)));
    expect(layout.streams[0]).to.include({ firstMs: 1000.5, lastMs: 1000.5 });
  });

  it("goes on at the next cluster where bytes are missing", () => {
    const file = Buffer.concat([
      streamHead(),
      cluster(0, simpleBlock(1, 0)),
      Buffer.alloc(1000),
      cluster(5_000, simpleBlock(1, 0), simpleBlock(2, 60)),
    ]);
    expect(scan(file).streams[0]).to.include({ lastMs: 5060, truncated: false });
    expect(scan(...[...file].map((byte) => Buffer.from([byte])))).to.deep.equal(scan(file));
  });

  it("finds no stream in what is not WebM", () => {
    expect(scan()).to.deep.equal({ bytes: 0, streams: [] });
    expect(scan(Buffer.from("....ftypisom"))).to.deep.equal({ bytes: 12, streams: [] });
  });

  it("keeps nothing of what it has seen", () => {
    const chunk = simpleBlock(1, 7, 64 * 1024);
    const scanner = createWebmScanner();
    scanner.push(streamHead());
    scanner.push(cluster(0));
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 4_000; i++) scanner.push(chunk);
    expect(process.memoryUsage().rss - before).to.be.below(48 * 1024 * 1024);
    expect(scanner.end().streams[0]?.tracks[0]?.blocks).to.equal(4_000);
  });
});
