import { expect } from "chai";
import { readElementHeader, readTrackNumber, readUnsigned } from "../../src/media/ebml.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

describe("EBML", () => {
  for (const [bytes, header] of [
    ["a3 85", { id: 0xa3, size: 5, length: 2 }],
    ["4286 81", { id: 0x4286, size: 1, length: 3 }],
    ["2ad7b1 4002", { id: 0x2ad7b1, size: 2, length: 5 }],
    ["1f43b675 01ffffffffffffff", { id: 0x1f43b675, size: undefined, length: 12 }],
    ["1f43b675 ff", { id: 0x1f43b675, size: undefined, length: 5 }],
    ["a3 0100000100000000", { id: 0xa3, size: 2 ** 32, length: 9 }],
  ] as const) {
    it(`reads the header ${bytes}`, () => {
      expect(readElementHeader(hex(bytes), 0)).to.deep.equal(header);
      expect(readElementHeader(hex(`00${bytes}`), 1)).to.deep.equal(header);
    });

    it(`asks for more when ${bytes} is not whole`, () => {
      for (let length = 0; length < hex(bytes).length; length++) {
        expect(readElementHeader(hex(bytes).subarray(0, length), 0)).to.equal("incomplete");
      }
    });
  }

  it("refuses ids longer than four bytes and sizes longer than eight", () => {
    expect(readElementHeader(hex("0800000000 81"), 0)).to.equal("invalid");
    expect(readElementHeader(hex("a3 00"), 0)).to.equal("invalid");
  });

  it("reads track numbers and unsigned numbers of any length", () => {
    expect(readTrackNumber(hex("81"), 0)).to.deep.equal({ number: 1, length: 1 });
    expect(readTrackNumber(hex("4100"), 0)).to.deep.equal({ number: 256, length: 2 });
    expect(readUnsigned(hex(""))).to.equal(0);
    expect(readUnsigned(hex("0f4240"))).to.equal(1_000_000);
    expect(readUnsigned(hex("000000ffffffffff"))).to.equal(2 ** 40 - 1);
  });
});
