import { expect } from "chai";
import { type Figures, measureOperations } from "../src/operations.ts";

const HEARTBEATS = 120;

describe("the Firestore operations of a meeting", function () {
  this.timeout(120_000);

  let figures: Figures;
  before(async () => {
    figures = await measureOperations();
  });

  it("are at most four reads and five writes until its bot is launched, and few afterwards", () => {
    const { launch, meeting, planned } = figures;
    expect(launch.reads).to.be.at.most(4);
    expect(launch.writes).to.be.at.most(5);
    expect(meeting.writes).to.be.at.most(25 + HEARTBEATS);
    expect(planned.writes).to.be.at.most(25 + HEARTBEATS);
    expect(meeting.history).to.be.greaterThan(launch.history);
  });

  it("are at most six writes for each further document of the same meeting", () => {
    expect(figures.copy.writes).to.be.at.most(6);
    expect(figures.plannedCopy.writes).to.be.at.most(6);
  });

  it("are one read when there is nothing to do", () => {
    expect(figures.sweep).to.deep.equal({ reads: 1, writes: 0, history: 0 });
  });
});
