import { expect } from "chai";
import { someBytes } from "../../../storage/test/bytes.ts";
import { RecentBytes } from "../../src/recording/recent-bytes.ts";

describe("recent bytes", () => {
  it("keeps as many of the last bytes as it has room for, whatever pieces they come in", () => {
    const all = someBytes(1_000);
    for (const step of [1, 7, 64, 100, 333, 1_000]) {
      const recent = new RecentBytes(100);
      for (let at = 0; at < all.length; at += step) {
        recent.push(all.subarray(at, at + step));
        const end = Math.min(at + step, all.length);
        expect(recent.start).to.equal(Math.max(0, end - 100));
        for (const start of [recent.start, Math.floor((recent.start + end) / 2), end]) {
          const found = Buffer.concat(recent.from(start));
          expect(found.equals(all.subarray(start, end)), `${start} to ${end}`).to.equal(true);
        }
      }
    }
  });
});
