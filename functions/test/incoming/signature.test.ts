import { expect } from "chai";
import { isSigned } from "../../src/incoming/signature.ts";
import { sign } from "./support/receiver.ts";

const BODY = Buffer.from('{"recordingId":"rec-1"}');

describe("a signature", () => {
  const good = sign(BODY, "new");
  const cases: [isGood: boolean, what: string, signature: string | undefined][] = [
    [true, "of the secret that is current", good],
    [true, "in upper case", good.toUpperCase()],
    [true, "of the secret that is being replaced", sign(BODY, "old")],
    [false, "of another secret", sign(BODY, "other")],
    [false, "of another body", sign("{}", "new")],
    [false, "with another digit", good.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"))],
    [false, "that is cut off", good.slice(0, 62)],
    [false, "with something behind it", `${good}00`],
    [false, "with its algorithm before it", `sha256=${good}`],
    [false, "that is no number", "z".repeat(64)],
    [false, "that is empty", ""],
    [false, "that is not there", undefined],
  ];
  for (const [isGood, what, signature] of cases) {
    it(`${what} is ${isGood ? "good" : "refused"}`, () => {
      expect(isSigned(BODY, signature, ["new", "old"])).to.equal(isGood);
    });
  }

  it("is good for the bytes, whatever they mean", () => {
    const bytes = Buffer.from([0xff, 0, 0xfe]);
    expect(isSigned(bytes, sign(bytes, "new"), ["new"])).to.equal(true);
  });

  it("is refused where there is no secret", () => {
    expect(isSigned(BODY, good, [])).to.equal(false);
  });
});
