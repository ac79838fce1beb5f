import { expect } from "chai";
import { Digest } from "../src/crc32c.ts";

/** From RFC 3720, appendix B.4, and the check value of the CRC catalogue. */
const KNOWN: [string, Buffer, string][] = [
  ["nothing", Buffer.alloc(0), "00000000"],
  ["123456789", Buffer.from("123456789"), "e3069283"],
  ["32 zeros", Buffer.alloc(32), "8a9136aa"],
  ["32 ones", Buffer.alloc(32, 0xff), "62a8ab43"],
  ["0 to 31", Buffer.from(Array.from({ length: 32 }, (_, i) => i)), "46dd794e"],
];

describe("the CRC32C", () => {
  for (const [title, bytes, expected] of KNOWN) {
    it(`of ${title} is ${expected}, however it is cut`, () => {
      for (const cut of [0, 1, 8, 31]) {
        const digest = new Digest();
        digest.update(bytes.subarray(0, cut));
        digest.update(bytes.subarray(cut));
        expect(Buffer.from(digest.crc32c, "base64").toString("hex")).to.equal(expected);
        expect(digest.bytes).to.equal(bytes.length);
      }
    });
  }
});
