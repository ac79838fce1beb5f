import { expect } from "chai";
import { measureChaos } from "../src/chaos.ts";

describe("a crowd of meetings whose functions and managers are killed at random", function () {
  this.timeout(300_000);

  it("has one bot at a time and one recording in every room, and leaves nothing behind", async () => {
    const figures = await measureChaos(20);
    expect(figures).to.include({ duplicates: 0, lost: 0, stuck: 0, split: 0, not_once: 0 });
    expect(figures.completed).to.equal(20);
    expect(figures.deliveries).to.be.at.least(120);
  });
});
