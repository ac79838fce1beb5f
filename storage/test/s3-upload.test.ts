import { expect } from "chai";
import { partBytesFor } from "../src/s3-upload.ts";

const MIB = 1024 * 1024;
const TIB = 1024 * 1024 * MIB;

describe("the parts of an S3 upload", () => {
  const cases: [string, number, number | undefined, number][] = [
    ["nothing", 0, undefined, 8 * MIB],
    ["an hour of slides", 300 * MIB, undefined, 8 * MIB],
    ["what 10,000 parts just hold", 10_000 * 8 * MIB, undefined, 8 * MIB],
    ["a byte more", 10_000 * 8 * MIB + 1, undefined, 9 * MIB],
    ["the largest object", 5 * TIB, undefined, 525 * MIB],
    ["a file whose parts are to be larger", 1, 16 * MIB, 16 * MIB],
  ];
  for (const [title, bytes, wanted, expected] of cases) {
    it(`are of ${expected / MIB} MiB for ${title}`, () => {
      expect(partBytesFor(bytes, wanted)).to.equal(expected);
      expect(Math.ceil(bytes / expected)).to.be.at.most(10_000);
    });
  }
});
