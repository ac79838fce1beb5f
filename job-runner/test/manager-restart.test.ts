import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { until } from "../../test/eventually.ts";
import { videoTimes } from "./media/support/recordings.ts";
import { killManager, replaceManager } from "./support/kill-manager.ts";
import { botFileOf, bytesOf, keepBotFile, look, outputsOf, partsOf } from "./support/recorded.ts";
import {
  fieldsOf,
  linkTo,
  openWorld,
  type Run,
  reachPhase,
  reachStored,
  type World,
} from "./support/world.ts";

const MEBIBYTE = 1024 * 1024;
/** As the manager has them by default. */
const PART_BYTES = 4 * MEBIBYTE;
/** Longer than any test, and large enough that a part is full every other second. */
const LARGE_MEETING = linkTo("sandbox=h264&seconds=600&speed=2&pad=2");

describe("a recording that does not go undisturbed", function () {
  this.timeout(60_000);
  let world: World;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "manager-restart-"));
    world = await openWorld();
  });
  after(async () => {
    await world?.end();
    await rm(folder, { recursive: true });
  });

  /** Expects that what is stored in parts is the beginning of the bot's file, and at least so much of it. */
  async function expectParts(run: Run, bytes: number): Promise<void> {
    const stored = await bytesOf(partsOf(world, run.ref));
    const recorded = await readFile(botFileOf(run));
    expect(stored.length).to.be.at.least(bytes);
    expect(stored.equals(recorded.subarray(0, stored.length))).to.equal(true);
  }

  const bytesIn = (objects: readonly { size: number }[]) =>
    objects.reduce((sum, { size }) => sum + size, 0);
  const recordedBytes = async (run: Run) => (await stat(botFileOf(run))).size;

  it("is whole although its manager is killed in the middle", async () => {
    const over = join(folder, "over");
    const run = await world.run(
      {
        meetingUrl: linkTo(`sandbox=h264&seconds=600&speed=4&until=${encodeURIComponent(over)}`),
        recordingOptions: { formats: ["video.mp4", "raw.webm"] },
      },
      { supervised: true },
    );
    const recorded = await keepBotFile(run);
    const { runner_id: runnerId } = await reachPhase(run.ref, "recording");
    await replaceManager(run);
    // The bot speaks of its end once: somebody is there to hear it.
    await writeFile(over, "");

    expect(await run.manager.exitCode).to.equal(0);

    expect(await fieldsOf(run.ref)).to.deep.include({
      status: "done",
      partial: false,
      attempt: 1,
      runner_id: runnerId,
      gaps: [],
    });
    const { "video.mp4": video, "raw.webm": raw } = outputsOf(world, run.ref);
    expect((await bytesOf(raw ? [raw] : [])).equals(await readFile(recorded))).to.equal(true);
    const { video: pictures, durationSeconds } = await look(video);
    const times = await videoTimes(recorded);
    expect(pictures?.frames).to.equal(times.length);
    expect(durationSeconds).to.be.closeTo(times.at(-1) ?? 0, 0.2);
    expect(run.bot.text.match(/join accepted/g)).to.have.length(1);
  });

  it("is stored in parts once each although its manager is killed in the middle", async () => {
    const run = await world.run({ meetingUrl: LARGE_MEETING }, { supervised: true });
    await reachStored(run.ref, PART_BYTES);
    await replaceManager(run);
    const before = partsOf(world, run.ref).length;
    await until(() => partsOf(world, run.ref).length > before);
    const bytes = await recordedBytes(run);

    run.manager.signal("SIGTERM");
    expect(await run.manager.exitCode).to.equal(1);

    expect(run.manager.text.match(/is started again/g)).to.have.length(1);
    expect(run.manager.text).not.to.contain("could not be stored in time");
    await expectParts(run, bytes);
  });

  it("is stored to the last byte when the platform ends the job", async () => {
    const run = await world.run({ meetingUrl: linkTo("sandbox=h264&seconds=600&speed=4") });
    await reachPhase(run.ref, "recording");
    expect(partsOf(world, run.ref)).to.deep.equal([]);
    const bytes = await recordedBytes(run);

    const terminatedAt = performance.now();
    run.manager.signal("SIGTERM");
    expect(await run.manager.exitCode).to.equal(1);

    expect(performance.now() - terminatedAt).to.be.below(10_000);
    await expectParts(run, bytes);
    const { status, progress, error, ...rest } = await fieldsOf(run.ref);
    // The meeting goes on, and another bot is wanted there.
    expect(rest).not.to.have.any.keys("finish_only", "recording_ended_at");
    expect({ status, code: error.code }).to.deep.equal({ status: "queued", code: "LEASE_EXPIRED" });
    expect(progress.bytes_stored).to.be.at.least(bytes);
  });

  it("is stored to the last byte when the platform ends the job before the next manager listens", async () => {
    const meetingUrl = linkTo("sandbox=h264&seconds=600&speed=4");
    const run = await world.run({ meetingUrl }, { supervised: true });
    await reachPhase(run.ref, "recording");
    await killManager(run);
    const bytes = await recordedBytes(run);

    const terminatedAt = performance.now();
    run.manager.signal("SIGTERM");
    expect(await run.manager.exitCode).to.equal(1);

    expect(performance.now() - terminatedAt).to.be.below(10_000);
    await expectParts(run, bytes);
    const { status, error } = await fieldsOf(run.ref);
    expect({ status, code: error.code }).to.deep.equal({ status: "queued", code: "LEASE_EXPIRED" });
  });

  it("is kept as far as it goes when the meeting is cancelled", async () => {
    const run = await world.run({ meetingUrl: linkTo("sandbox=h264&seconds=600&speed=4") });
    const recorded = await keepBotFile(run);
    await reachPhase(run.ref, "recording");
    await run.ref.update({ cancel_requested_at: new Date() });

    expect(await run.manager.exitCode).to.equal(0);

    expect(run.isStopRequested()).to.equal(true);
    expect(await fieldsOf(run.ref)).to.deep.include({ status: "done", partial: true, gaps: [] });
    const { "video.mp4": video, "audio.m4a": audio } = outputsOf(world, run.ref);
    const frames = (await videoTimes(recorded)).length;
    expect((await look(video)).video?.frames).to.equal(frames);
    expect((await look(audio)).durationSeconds).to.be.above(1);
    expect(partsOf(world, run.ref)).to.deep.equal([]);
  });

  it("loses nothing while storage is down", async () => {
    // For 1.75 s to 5.25 s: the pauses between the tries of one upload.
    world.storage.inject({ kind: "status", status: 503, times: 3 });
    const run = await world.run({ meetingUrl: linkTo("sandbox=h264&seconds=60&speed=4&pad=4") });
    const recorded = await keepBotFile(run);
    await until(() => partsOf(world, run.ref).length > 0);
    const behind = await recordedBytes(run);
    expect(behind).to.be.above(3 * PART_BYTES);
    await until(() => bytesIn(partsOf(world, run.ref)) > behind - PART_BYTES);

    await expectParts(run, behind - PART_BYTES);
    expect(await run.manager.exitCode).to.equal(0);
    expect(await fieldsOf(run.ref)).to.deep.include({ status: "done", partial: false });
    const { video } = await look(outputsOf(world, run.ref)["video.mp4"]);
    expect(video?.frames).to.equal((await videoTimes(recorded)).length);
    expect(partsOf(world, run.ref)).to.deep.equal([]);
  });
});
