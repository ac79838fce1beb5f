import { expect } from "chai";
import {
  DELIVERIES,
  MEETINGS,
  type PagedList,
  readCursor,
  writeCursor,
} from "../../src/api/cursor.ts";

const ID = "msg_0123456789abcdefghij";

describe("a cursor", () => {
  it("says which id it was written for", () => {
    for (const id of ["a", "0197f0", "ä b.c~", "x".repeat(1500)]) {
      expect(readCursor(MEETINGS, writeCursor(MEETINGS, id))).to.equal(id);
    }
    expect(readCursor(DELIVERIES, writeCursor(DELIVERIES, ID))).to.equal(ID);
  });

  it("is none when it was not written so", () => {
    const read = (cursor: string, list: PagedList = MEETINGS) => readCursor(list, cursor);
    const written = writeCursor(MEETINGS, "abcd");
    const odd = ["", "!", `${written}=`, `${written.slice(0, -1)}h`, writeCursor(MEETINGS, "a/b")];
    for (const cursor of odd) expect(read(cursor), cursor).to.equal(undefined);
    expect(read(writeCursor(MEETINGS, ".."))).to.equal(undefined);
    expect(read(Buffer.from([0xff, 0xfe]).toString("base64url"))).to.equal(undefined);
    expect(read(writeCursor(DELIVERIES, "abcd"), DELIVERIES)).to.equal(undefined);
  });

  it("is none of another list", () => {
    expect(readCursor(MEETINGS, writeCursor(DELIVERIES, ID))).to.equal(undefined);
    expect(readCursor(DELIVERIES, writeCursor(MEETINGS, ID))).to.equal(undefined);
  });
});
