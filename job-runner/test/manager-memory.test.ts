import { expect } from "chai";
import { waitForDocument } from "../../sandbox/src/wait-for-document.ts";
import { linkTo, openWorld, type World } from "./support/world.ts";

/** What the container is given, less what ffmpeg and the volume's cache need. */
const MOST_MEBIBYTES = 200;

describe("the manager's memory", function () {
  this.timeout(60_000);
  let world: World;

  before(async () => {
    world = await openWorld();
  });
  after(() => world?.end());

  it("does not grow with the recording: half an hour, 80 MB, passes through it", async () => {
    const meetingUrl = linkTo("sandbox=h264&seconds=1800&speed=600");
    const run = await world.run({ meetingUrl });
    let peak = 0;

    const ended = await waitForDocument(run.ref, (snapshot) => {
      void run.manager.peakMebibytes().then((mebibytes) => {
        peak = mebibytes ?? peak;
      });
      return snapshot.get("status") === "processing" ? undefined : snapshot.data();
    });

    expect(ended).to.include({ status: "done" });
    const [audio, video] = world.storage.objects();
    expect(video?.size).to.be.above(50_000_000);
    expect(audio?.size).to.be.above(10_000_000);
    expect(peak).to.be.within(50, MOST_MEBIBYTES);
  });
});
