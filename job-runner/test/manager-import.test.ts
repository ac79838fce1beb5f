import { readFile } from "node:fs/promises";
import type { BotInstance } from "@meeting-bot/core";
import { expect } from "chai";
import { type S3Fake, startS3Fake } from "../../sandbox/src/s3-fake/index.ts";
import { S3RecordingStore } from "../../storage/src/s3-recording-store.ts";
import { memorySource } from "../../storage/test/bytes.ts";
import { until } from "../../test/eventually.ts";
import { chromiumRecording } from "./media/support/recordings.ts";
import { look, outputsOf, partsOf } from "./support/recorded.ts";
import { fieldsOf, openWorld, type World } from "./support/world.ts";

const KEY = "meeting-bot/ada/Google Meet Recording 3:15pm Feb 06 2026.webm";
const LENGTH_SECONDS = 20;

describe("a manager that imports a recording", function () {
  this.timeout(60_000);
  let world: World;
  let theirs: S3Fake;

  before(async () => {
    world = await openWorld();
  });
  after(() => world?.end());
  beforeEach(async () => {
    theirs = await startS3Fake({ buckets: ["imports"] });
  });
  afterEach(() => theirs.stop());

  async function store(bytes: Buffer): Promise<void> {
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } =
      theirs.credentials;
    const recordings = new S3RecordingStore({
      bucket: "imports",
      region: theirs.region,
      endpoint: theirs.url,
      addressing: "path",
      credentials: { accessKeyId, secretAccessKey },
    });
    const owner = { instance: "theirs", attempt: 1 };
    await recordings.put(KEY, memorySource(bytes), { owner, contentType: "video/webm" });
  }

  const recording = () => readFile(chromiumRecording("h264"));
  const source = { uri: `s3://imports/${KEY}`, recordingId: "rec-1" };
  const importing = (fields: Partial<BotInstance> = {}) =>
    world.write({ meetingUrl: "", endAt: undefined, source, ...fields });
  /** What a deployment tells it of where to fetch from. */
  const options = (manager: Record<string, string> = {}) => ({
    manager: {
      IMPORT_BUCKETS: "s3://imports",
      S3_ENDPOINT: theirs.url,
      S3_REGION: theirs.region,
      S3_ADDRESSING: "path",
      ...theirs.credentials,
      ...manager,
    },
  });

  it("makes and stores of it what a recording of our own becomes, and asks no bot", async () => {
    await store(await recording());
    const run = await world.launch(await importing(), options());
    expect(await run.manager.exitCode).to.equal(0);

    const instance = await fieldsOf(run.ref);
    expect(instance).to.deep.include({ status: "done", partial: false, gaps: [], attempt: 1 });
    expect(Object.keys(instance["phase_at"]).sort()).to.deep.equal([
      "claimed",
      "converting",
      "joining",
      "uploading",
    ]);
    const { "video.mp4": video, "audio.m4a": audio, ...others } = outputsOf(world, run.ref);
    expect(others).to.deep.equal({});
    const [picture, sound] = await Promise.all([look(video), look(audio)]);
    expect(picture.video?.codec).to.equal("h264");
    expect(sound.audio?.codec).to.equal("aac");
    for (const { durationSeconds } of [picture, sound]) {
      expect(durationSeconds).to.be.closeTo(LENGTH_SECONDS, 0.3);
    }
    expect(partsOf(world, run.ref)).to.deep.equal([]);
    expect(theirs.objects().map(({ key }) => key)).to.deep.equal([KEY]);
    expect(run.bot.text).not.to.contain("join");
    expect(run.isStopRequested()).to.equal(true);
  });

  it("goes on when the connection breaks", async () => {
    await store(await recording());
    theirs.inject({ kind: "break", afterBytes: 200_000, on: "get" });
    const run = await world.launch(await importing(), options());
    expect(await run.manager.exitCode).to.equal(0);
    expect(await fieldsOf(run.ref)).to.include({ status: "done", partial: false });
    expect(theirs.requests.filter((request) => request === "get")).to.have.length(2);
  });

  it("leaves the work to the next attempt when it dies", async () => {
    await store(await recording());
    theirs.inject({ kind: "hang", on: "get" });
    const ref = await importing();
    const first = await world.launch(ref, options());
    await until(() => theirs.requests.includes("get"));
    first.manager.signal("SIGKILL");
    await first.manager.exitCode;
    await world.claimAgain(ref, "again");

    const second = await world.launch(ref, { ...options(), token: "again" });
    expect(await second.manager.exitCode).to.equal(0);
    expect(await fieldsOf(ref)).to.include({ status: "done", partial: false, attempt: 2 });
  });

  it("fails for good, and says why, when the recording is gone", async () => {
    const run = await world.launch(await importing(), options());
    expect(await run.manager.exitCode).to.equal(1);
    const { status, error } = await fieldsOf(run.ref);
    expect(status).to.equal("failed");
    expect(error).to.include({
      code: "NO_RECORDING",
      retryable: false,
      message: `The recording is gone: there is no object s3://imports/${KEY}.`,
    });
    expect(run.isStopRequested()).to.equal(true);
  });

  it("fails for good when the bucket is not configured, whoever wrote the instance", async () => {
    await store(await recording());
    const run = await world.launch(await importing(), options({ IMPORT_BUCKETS: "s3://others" }));
    expect(await run.manager.exitCode).to.equal(1);
    expect((await fieldsOf(run.ref))["error"]).to.include({ retryable: false });
    expect(theirs.requests).not.to.include("get");
  });

  it("fails for good when it is no recording, and stores nothing", async () => {
    await store(Buffer.from("#EXTM3U\n#EXTINF:1,\nhttp://169.254.169.254/\n"));
    const run = await world.launch(await importing(), options());
    expect(await run.manager.exitCode).to.equal(1);
    const { error } = await fieldsOf(run.ref);
    expect(error.message).to.equal("What was fetched is no recording: it is neither WebM nor MP4.");
    expect(outputsOf(world, run.ref)).to.deep.equal({});
  });
});
