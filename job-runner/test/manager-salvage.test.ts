import { readFile, writeFile } from "node:fs/promises";
import { type BotInstance, SECOND } from "@meeting-bot/core";
import { expect } from "chai";
import { chromiumRecording, videoTimes } from "./media/support/recordings.ts";
import { useScratch } from "./media/support/scratch.ts";
import { bytesOf, keepBotFile, look, outputsOf, partsOf, save } from "./support/recorded.ts";
import { fieldsOf, linkTo, openWorld, reachStored, type World } from "./support/world.ts";

const MEBIBYTE = 1024 * 1024;
/** As the manager has them by default. */
const PART_BYTES = 4 * MEBIBYTE;

describe("a manager that finds what earlier attempts have stored", function () {
  this.timeout(60_000);
  const scratch = useScratch();
  let world: World;

  before(async () => {
    world = await openWorld();
  });
  after(() => world?.end());

  /** The video frames of a recording that has no end: all that is whole. */
  async function framesIn(bytes: Buffer): Promise<number> {
    const path = scratch.path("some.webm");
    await writeFile(path, bytes);
    return (await videoTimes(path)).length;
  }

  /** An instance of whose recording two attempts have stored the beginning and as much again, 20 s apart. */
  async function writeSaved(fields: Partial<BotInstance>) {
    const ref = await world.write({ attempt: 3, progress: { bytesStored: 1 }, ...fields });
    const bytes = (await readFile(chromiumRecording("h264"))).subarray(0, 200_000);
    for (const attempt of [1, 2]) {
      const startedAt = attempt * 20 * SECOND;
      const stretch = { startedAt, untilAt: startedAt + 5 * SECOND };
      await save(world, ref, { token: `claim-${attempt}`, attempt, bytes, ...stretch });
    }
    return { ref, frames: await framesIn(bytes) };
  }

  it("goes on with the meeting, and makes one recording of both", async () => {
    // Large enough that a part is full every second, and longer than the test.
    const meetingUrl = linkTo("sandbox=h264&seconds=600&speed=2&pad=4");
    const first = await world.run({ meetingUrl });
    const startedAt = Date.now();
    await reachStored(first.ref, 2 * PART_BYTES);
    await first.end();
    const diedAt = Date.now();
    const saved = await bytesOf(partsOf(world, first.ref));
    await first.ref.update({ meeting_url: linkTo("sandbox=h264&seconds=6&speed=6") });
    await world.claimAgain(first.ref, "second");

    const second = await world.launch(first.ref, { token: "second" });
    const recorded = await keepBotFile(second);
    expect(await second.manager.exitCode).to.equal(0);

    const ended = await fieldsOf(first.ref);
    expect(ended).to.deep.include({ status: "done", partial: true, attempt: 2 });
    expect(ended["gaps"]).to.have.length(1);
    const [gap] = ended["gaps"];
    expect(gap.started_at.toMillis()).to.be.within(startedAt, diedAt);
    expect(gap.ended_at.toMillis()).to.be.within(diedAt, Date.now());
    expect(gap.at_seconds).to.be.above(2);
    const outputs = outputsOf(world, first.ref);
    expect(Object.keys(outputs)).to.deep.equal(["audio.m4a", "video.mp4"]);
    for (const output of Object.values(outputs)) {
      expect((await look(output)).durationSeconds).to.be.closeTo(gap.at_seconds + 6, 0.2);
    }
    const frames = (await framesIn(saved)) + (await framesIn(await readFile(recorded)));
    expect((await look(outputs["video.mp4"])).video?.frames).to.be.within(frames - 1, frames);
    expect(partsOf(world, first.ref)).to.deep.equal([]);
    expect(second.manager.text).not.to.contain("live conversion given up");
  });

  it("sends no bot when it is only to finish, and makes one recording of all parts", async () => {
    const { ref, frames } = await writeSaved({ finishOnly: true, endReason: "platform-ended" });
    const run = await world.launch(ref);

    expect(await run.manager.exitCode).to.equal(0);
    await run.bot.exitCode;

    expect(run.bot.text).not.to.contain("join");
    const ended = await fieldsOf(ref);
    expect(ended).to.deep.include({ status: "done", partial: true, attempt: 3 });
    expect(ended["end_reason"]).to.equal("platform-ended");
    expect(ended["ended_at"].toMillis()).to.equal(45 * SECOND);
    const gaps = ended["gaps"].map((gap: Record<string, { toMillis(): number }>) => [
      gap["started_at"]?.toMillis(),
      gap["ended_at"]?.toMillis(),
    ]);
    expect(gaps).to.deep.equal([[25 * SECOND, 40 * SECOND]]);
    const { video, durationSeconds } = await look(outputsOf(world, ref)["video.mp4"]);
    expect(video?.frames).to.be.within(2 * frames - 2, 2 * frames);
    expect(durationSeconds).to.be.closeTo(2 * ended["gaps"][0].at_seconds, 0.2);
    expect(partsOf(world, ref)).to.deep.equal([]);
  });

  it("keeps what they stored when the bot does not get in again", async () => {
    const meetingUrl = linkTo("sandbox=denied&speed=60");
    const { ref } = await writeSaved({ meetingUrl });
    const run = await world.launch(ref);

    expect(await run.manager.exitCode).to.equal(0);

    expect(run.bot.text).to.contain("join accepted");
    expect(await fieldsOf(ref)).to.deep.include({ status: "done", partial: true });
    expect(outputsOf(world, ref)).to.have.keys("video.mp4", "audio.m4a");
    expect(partsOf(world, ref)).to.deep.equal([]);
  });

  it("leaves them to the next attempt when that may get the bot in again", async () => {
    const meetingUrl = linkTo("sandbox=busy");
    const { ref } = await writeSaved({ attempt: 2, meetingUrl });
    const run = await world.launch(ref, { manager: { BOT_READY_SECONDS: "1" } });

    expect(await run.manager.exitCode).to.equal(1);

    const { status, error } = await fieldsOf(ref);
    expect({ status, code: error.code }).to.deep.equal({ status: "queued", code: "BOT_BUSY" });
    expect(partsOf(world, ref)).to.have.length(4);
  });

  it("says so when there is nothing to finish", async () => {
    const run = await world.run({ finishOnly: true });

    expect(await run.manager.exitCode).to.equal(1);

    expect((await fieldsOf(run.ref))["error"]).to.include({
      code: "NO_RECORDING",
      message: "No stored part of the recording was found.",
    });
  });
});
