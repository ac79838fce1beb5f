import { expect } from "chai";
import { inPool, within } from "../../src/use-cases/pool.ts";

async function* items(count: number) {
  for (let item = 0; item < count; item++) yield item;
}

describe("inPool", () => {
  it("works on so many at a time, and waits for none before the next may begin", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    await inPool(3, items(10), async (item) => {
      begun.push(item);
      most = Math.max(most, ++running);
      // The first is the slowest: it ends when the last has begun.
      if (item === 9) resolve();
      await (item === 0 ? promise : new Promise(setImmediate));
      running--;
    });
    expect(begun).to.have.length(10);
    expect(most).to.equal(3);
    expect(running).to.equal(0);
  });

  it("lets what has begun come to its end when no more can be found", async () => {
    async function* broken() {
      yield 0;
      throw new Error("no more");
    }
    let ended = 0;
    const failed = await inPool(3, broken(), async () => {
      await new Promise(setImmediate);
      ended++;
    }).catch(String);
    expect(failed).to.contain("no more");
    expect(ended).to.equal(1);
  });
});

describe("within", () => {
  it("is what the work comes to, when that is in time", async () => {
    expect(await within(10_000, Promise.resolve(1))).to.equal(1);
    const failed = await within(10_000, Promise.reject(new Error("broken"))).catch(String);
    expect(failed).to.contain("broken");
  });

  it("fails when the work takes too long", async () => {
    const failed = await within(1, Promise.withResolvers<void>().promise).catch(String);
    expect(failed).to.contain("longer than 1 ms");
  });
});
