import { expect } from "chai";
import { inTime, isAway, withPatience } from "../src/patience.ts";

const NEVER = new Promise<never>(() => {});

/** What a promise is rejected with. */
const reasonOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (reason: unknown) => reason,
  );

describe("patience", () => {
  it("gives what comes of some work in time, good or bad", async () => {
    expect(await inTime(Promise.resolve(7), 1000)).to.equal(7);
    const fault = new TypeError("x");
    expect(await reasonOf(inTime(Promise.reject(fault), 1000))).to.equal(fault);
  });

  it("ends, with an error that says that nobody is there", async () => {
    expect(await reasonOf(inTime(NEVER, 1))).to.satisfy(isAway);
  });

  it("is had with every answer of a port, which works as before", async () => {
    class Port {
      readonly #seven = 7;
      readonly name = "port";
      sync() {
        return this.#seven;
      }
      async soon() {
        return this.#seven;
      }
      never() {
        return NEVER;
      }
    }
    const port = withPatience(new Port(), 20);
    expect([port.name, port.sync(), await port.soon()]).to.deep.equal(["port", 7, 7]);
    expect(await reasonOf(port.never())).to.satisfy(isAway);
  });
});

describe("a service that is away", () => {
  const withCode = (code: unknown) => Object.assign(new Error("x"), { code });

  it("is told by gRPC's codes", () => {
    for (const code of [4, 8, 14]) expect(isAway(withCode(code)), String(code)).to.equal(true);
    for (const code of [3, 5, 9, 13, 16, "unavailable", undefined]) {
      expect(isAway(withCode(code)), String(code)).to.equal(false);
    }
    expect(isAway({ code: 14 })).to.equal(false);
  });
});
