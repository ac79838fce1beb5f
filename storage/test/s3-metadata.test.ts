import { expect } from "chai";
import { fromUserMetadata, toUserMetadata } from "../src/s3-metadata.ts";

const PLAIN = ["", "i1", "12.5", "a b", "a+b%20c", 'x="y"; z'];
const ENCODED: [string, string][] = [
  ["Übung", "utf-8''%C3%9Cbung"],
  ["会議", "utf-8''%E4%BC%9A%E8%AD%B0"],
  [" a", "utf-8''%20a"],
  ["a ", "utf-8''a%20"],
  ["a  b", "utf-8''a%20%20b"],
  ["a\r\nx-evil: 1", "utf-8''a%0D%0Ax-evil%3A%201"],
  ["utf-8''a", "utf-8''utf-8''a"],
];

describe("user metadata of S3", () => {
  for (const value of PLAIN) {
    it(`keep ${JSON.stringify(value)} as it is`, () => {
      expect(toUserMetadata({ key: value })).to.deep.equal({ key: value });
      expect(fromUserMetadata({ key: value })).to.deep.equal({ key: value });
    });
  }

  for (const [value, stored] of ENCODED) {
    it(`keep ${JSON.stringify(value)} encoded`, () => {
      expect(toUserMetadata({ key: value })).to.deep.equal({ key: stored });
      expect(fromUserMetadata({ key: stored })).to.deep.equal({ key: value });
    });
  }

  it("of others are given as they are when they only look encoded", () => {
    expect(fromUserMetadata({ key: "utf-8''%ff" })).to.deep.equal({ key: "utf-8''%ff" });
    expect(fromUserMetadata()).to.deep.equal({});
  });
});
