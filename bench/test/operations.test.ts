import { expect } from "chai";
import { measureOperations } from "../src/operations.ts";

describe("the Firestore operations of a meeting", function () {
  this.timeout(60_000);

  it("are at most four reads and four writes until its bot is launched, and few afterwards", async () => {
    const { launch, meeting } = await measureOperations();
    expect(launch.reads).to.be.at.most(4);
    expect(launch.writes).to.be.at.most(4);
    const heartbeats = 120;
    expect(meeting.writes).to.be.at.most(25 + heartbeats);
    expect(meeting.history).to.be.greaterThan(launch.history);
  });
});
