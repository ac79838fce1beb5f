import { readFile, writeFile } from "node:fs/promises";
import { expect } from "chai";
import { chromiumRecording, videoTimes } from "./media/support/recordings.ts";
import { useScratch } from "./media/support/scratch.ts";
import { botFileOf, bytesOf, look, outputsOf, partsOf, save } from "./support/recorded.ts";
import { fieldsOf, linkTo, openWorld, reachStored, type World } from "./support/world.ts";

const MEBIBYTE = 1024 * 1024;

/** Longer than any test, and large enough that a part is full twice a second. */
const LONG_MEETING = linkTo("sandbox=h264&seconds=600&speed=4&pad=4");
const SHORT_MEETING = linkTo("sandbox=h264&seconds=6&speed=6");

describe("a manager that finds what an earlier attempt has stored", function () {
  this.timeout(60_000);
  const scratch = useScratch();
  let world: World;

  before(async () => {
    world = await openWorld();
  });
  after(() => world?.end());

  it("goes on with the meeting, and makes one recording of both", async () => {
    const first = await world.run({ meetingUrl: LONG_MEETING });
    const beganAt = Date.now();
    await reachStored(first.ref, 12 * MEBIBYTE);
    await first.end();
    const diedAt = Date.now();
    const saved = scratch.path("saved.webm");
    await writeFile(saved, await bytesOf(partsOf(world, first.ref)));
    await first.ref.update({ meeting_url: SHORT_MEETING });
    await world.claimAgain(first.ref, "second");
    const second = await world.launch(first.ref, { token: "second", manager: { NODE_OPTIONS: "--trace-warnings" } });
    for (const [n,c] of [["m",second.manager],["b",second.bot]] as any) { const push=c.lines.push.bind(c.lines); c.lines.push=(l:any)=>{console.log(n,Date.now()%100000,l.slice(0,400)); return push(l);} }

    expect(await second.manager.exitCode).to.equal(0);
    const ended = await fieldsOf(first.ref);
    expect(ended).to.deep.include({ status: "done", partial: true, attempt: 2 });
    const [gap, ...others] = ended["gaps"];
    console.log(ended["phase_at"].recording.toMillis()%100000, ended["recording_ended_at"].toMillis()%100000);
  });
});
