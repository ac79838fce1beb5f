import { expect } from "chai";
import { readCursor, writeCursor } from "../../src/api/cursor.ts";

describe("a cursor", () => {
  it("says which id it was written for", () => {
    for (const id of ["a", "0197f0", "ä b.c~", "x".repeat(1500)]) {
      expect(readCursor(writeCursor(id))).to.equal(id);
    }
  });

  it("is none when it was not written so", () => {
    const written = writeCursor("abcd");
    for (const odd of ["", "!", `${written}=`, `${written.slice(0, -1)}h`, writeCursor("a/b")]) {
      expect(readCursor(odd), odd).to.equal(undefined);
    }
    expect(readCursor(writeCursor(".."))).to.equal(undefined);
    expect(readCursor(Buffer.from([0xff, 0xfe]).toString("base64url"))).to.equal(undefined);
  });
});
