import { expect } from "chai";
import { hashOf } from "../src/hash.ts";

describe("hashOf", () => {
  it("is the whole SHA-256", () => {
    expect(hashOf("a")).to.equal(
      "0eb5b8d6f81bc677da8a08567cc4fa9a06a57e9ec8da85ed73a7f62727996002",
    );
  });

  it("tells where one part ends and the next begins", () => {
    const hashes = [hashOf("ab", "c"), hashOf("a", "bc"), hashOf("abc"), hashOf(["ab", "c"])];
    expect(new Set(hashes)).to.have.property("size", 4);
  });

  it("does not depend on the order of a map's keys, at any depth, but on that of a list", () => {
    expect(hashOf({ a: [{ b: 1, c: 2 }], d: 3 })).to.equal(hashOf({ d: 3, a: [{ c: 2, b: 1 }] }));
    expect(hashOf([1, 2])).to.not.equal(hashOf([2, 1]));
  });
});
