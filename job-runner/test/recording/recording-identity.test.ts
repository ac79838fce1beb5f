import { expect } from "chai";
import { someBytes } from "../../../storage/test/bytes.ts";
import { compareBeginnings, KNOWN_BYTES } from "../../src/recording/recording-identity.ts";
import { fakeTake } from "./fake-bot.ts";

describe("whether a file holds a known recording", () => {
  const take = fakeTake(300_000);
  const known = take.bytes.subarray(0, KNOWN_BYTES);
  const bodyByte = take.head.length + 12;

  it("is the same, also with more in its head", () => {
    expect(compareBeginnings(known, take.bytes)).to.deep.equal({
      kind: "same",
      bodyByte,
      shift: 0,
    });
    const patched = take.patched(200_000);
    const same = { kind: "same", bodyByte, shift: 200_000 + 7 };
    expect(compareBeginnings(known, patched)).to.deep.equal(same);
  });

  it("is another when its first frames are others, or its tracks", () => {
    const [otherFrames, otherTracks] = [fakeTake(300_000), Buffer.from(take.bytes)];
    otherTracks.write("another", take.head.indexOf(Buffer.from([0x73, 0xc5])) + 3);
    const mixed = Buffer.concat([take.head, otherFrames.body]);
    for (const found of [otherFrames.bytes, mixed]) {
      expect(compareBeginnings(known, found)).to.deep.equal({ kind: "different" });
    }
    expect(compareBeginnings(known, otherTracks)).to.deep.equal({ kind: "different" });
  });

  it("is undecided while as much of it as there is could be either", () => {
    for (const end of [0, 3, take.head.length, take.head.length + 50, KNOWN_BYTES - 1]) {
      const verdict = compareBeginnings(known, take.bytes.subarray(0, end));
      expect(verdict, `${end} bytes`).to.deep.equal({ kind: "undecided" });
    }
  });

  it("compares a recording of which little is known with all of that", () => {
    const little = take.head.subarray(0, 20);
    const same = { kind: "same", bodyByte: 0, shift: 0 };
    expect(compareBeginnings(little, take.bytes)).to.deep.equal(same);
    expect(compareBeginnings(little, take.bytes.subarray(0, 9))).to.deep.equal({
      kind: "undecided",
    });
    expect(compareBeginnings(take.head, fakeTake().bytes)).to.deep.equal({ kind: "different" });
  });

  it("knows an MP4 by its media, whatever was put before them", () => {
    const media = someBytes(200_000);
    const file = (head: string) => Buffer.concat([Buffer.from(`${head}mdat`), media]);
    const old = file("....ftyp0000").subarray(0, KNOWN_BYTES);
    const same = { kind: "same", bodyByte: 16, shift: 5 };
    expect(compareBeginnings(old, file("....ftyp1234moov."))).to.deep.equal(same);
    expect(compareBeginnings(old, Buffer.from(someBytes(200_000))).kind).to.equal("undecided");
  });
});
