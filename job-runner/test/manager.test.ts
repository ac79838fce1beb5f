import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { DocumentData } from "@google-cloud/firestore";
import { expect } from "chai";
import {
  fieldsOf,
  linkTo,
  openWorld,
  PASSWORD,
  type Run,
  reachPhase,
  type World,
} from "./support/world.ts";

describe("the manager of an ordinary meeting", function () {
  this.timeout(60_000);
  const TOKEN = "token-of-this-claim";
  let world: World;
  let run: Run;
  let second: Run;
  let ended: DocumentData;
  let code: number | null;
  let stoppedBeforeConverting: boolean;

  before(async () => {
    world = await openWorld();
    run = await world.run(
      {
        meetingUrl: linkTo("sandbox=h264&seconds=6&speed=6"),
        meetingPath: "meetings/one",
        creatorUserId: "user",
        claimToken: TOKEN,
      },
      { token: TOKEN },
    );
    await reachPhase(run.ref, "joining");
    second = await world.launch(run.ref, { token: TOKEN });
    await reachPhase(run.ref, "converting");
    stoppedBeforeConverting = run.isStopRequested();
    code = await run.manager.exitCode;
    ended = await fieldsOf(run.ref);
  });
  after(() => world?.end());

  it("exits with 0 once the instance is `done`, with every phase on its way", () => {
    expect(code).to.equal(0);
    expect(ended).to.deep.include({ status: "done", partial: false, attempt: 1 });
    expect(ended).to.include({ end_reason: "ended" });
    expect(ended["ended_at"]).to.deep.equal(ended["recording_ended_at"]);
    expect(ended["recorded_at"].toMillis()).to.be.at.least(ended["phase_at"].recording.toMillis());
    expect(ended).not.to.have.any.keys("error", "wake_at", "claim_expires_at", "phase");
    const phases = ["joining", "recording", "converting", "uploading"];
    const instants = phases.map((phase) => ended["phase_at"][phase].toMillis());
    expect(instants).to.deep.equal(instants.toSorted((a, b) => a - b));
    expect(ended["progress"]).to.include({ fraction_converted: 1 });
    expect(ended["progress"].seconds_recorded).to.be.at.least(0);
  });

  it("has stored a video and a sound file, and tells of them what the bucket does", () => {
    const folder = `recordings/user/one/${run.ref.id}`;
    const [audio, video] = world.storage.objects();
    expect(world.storage.objects().map(({ name }) => name)).to.deep.equal([
      `${folder}/audio.m4a`,
      `${folder}/video.mp4`,
    ]);
    expect(ended["outputs"]).to.have.length(2);
    for (const [kind, codec, object] of [
      ["video", "h264", video],
      ["audio", "aac", audio],
    ] as const) {
      const output = ended["outputs"].find((candidate: DocumentData) => candidate["kind"] === kind);
      expect(output).to.include({
        uri: `gs://recordings/${object?.name}`,
        content_type: `${kind}/mp4`,
        codec,
        bytes: object?.size,
        crc32c: object?.crc32c,
      });
      expect(output.duration_seconds).to.be.closeTo(6, 0.5);
      expect(object?.contentType).to.equal(`${kind}/mp4`);
      expect(object?.metadata).to.deep.equal({
        "bot-instance": run.ref.id,
        attempt: "1",
        meeting: "meetings/one",
        "duration-seconds": output.duration_seconds.toFixed(3),
      });
    }
  });

  it("has told the bot to stop before it converted, and the bot is gone", async () => {
    expect(stoppedBeforeConverting).to.equal(true);
    expect(await run.bot.exitCode).to.equal(0);
  });

  it("has removed what it made on the way", async () => {
    const left = await stat(join(run.scratchDir, ".outputs")).catch(({ code }) => code);
    expect(left).to.equal("ENOENT");
  });

  it("has sent another execution with the same token away, which touched nothing", async () => {
    expect(await second.manager.exitCode).to.equal(0);
    expect(second.manager.text).to.match(/already-started|superseded/);
    expect(second.isStopRequested()).to.equal(true);
    expect(second.bot.text).not.to.contain("join");
    expect(run.bot.text.match(/join accepted/g)).to.have.length(1);
  });

  it("has written JSON lines without the token and the link's query", () => {
    for (const { manager } of [run, second]) {
      expect(manager.lines).not.to.have.length(0);
      for (const line of manager.lines) {
        expect(JSON.parse(line)).to.include({ botInstanceId: run.ref.id });
      }
      expect(manager.text).not.to.contain(TOKEN).and.not.to.contain(PASSWORD);
    }
  });
});
