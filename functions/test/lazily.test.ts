import { expect } from "chai";
import { lazily } from "../src/lazily.ts";

describe("lazily", () => {
  it("makes a value when it is first asked for, once", async () => {
    let made = 0;
    const value = lazily(async () => ++made);
    expect(made).to.equal(0);
    expect(await Promise.all([value(), value()])).to.deep.equal([1, 1]);
    expect(await value()).to.equal(1);
  });

  it("tells of a failure, and forgets it", async () => {
    const answers = ["fail", "throw", "made"];
    const value = lazily(() => {
      const answer = answers.shift();
      if (answer === "throw") throw new Error("at once");
      return answer === "fail" ? Promise.reject(new Error("later")) : Promise.resolve(answer);
    });
    const failures = await Promise.allSettled([value(), value()]);
    expect(failures.map(({ status }) => status)).to.deep.equal(["rejected", "rejected"]);
    expect(String(await value().catch((error: unknown) => error))).to.contain("at once");
    expect(await value()).to.equal("made");
  });
});
