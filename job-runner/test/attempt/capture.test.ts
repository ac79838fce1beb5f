import { once } from "node:events";
import { appendFile, mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { parseRecordingOptions, partName, type RecordingStore } from "@meeting-bot/core";
import { expect } from "chai";
import { started } from "../../../core/test/support/instances.ts";
import { type StorageFake, startStorageFake } from "../../../sandbox/src/storage-fake/index.ts";
import { GcsRecordingStore } from "../../../storage/src/gcs-recording-store.ts";
import { collect, memorySource } from "../../../storage/test/bytes.ts";
import { Capture } from "../../src/attempt/capture.ts";
import { toBotIdentity } from "../../src/bot/bot-identity.ts";
import { systemClock } from "../../src/bot/clock.ts";
import { recordingPaths } from "../../src/bot/recording-files.ts";
import { type Config, readConfig } from "../../src/config.ts";
import { makeLogs } from "../../src/logs.ts";
import { NOTHING_EARLIER } from "../../src/recording/earlier-recording.ts";
import { toMetadata } from "../../src/recording/part.ts";
import { npmBuild } from "../media/support/builds.ts";
import { chromiumRecording } from "../media/support/recordings.ts";
import { useScratch } from "../media/support/scratch.ts";

const PLENTY = 1e12;
/** Less than ten minutes of recording and outputs need, more than an orderly end does. */
const SCARCE = 2e8;
const NOTHING_LEFT = 1e6;

describe("the capture of a recording", function () {
  this.timeout(30_000);
  const scratch = useScratch();
  const instance = started({ id: "i1", creatorUserId: "user" });
  const lines: string[] = [];
  let fake: StorageFake;
  let store: RecordingStore;
  let config: Config;
  let capture: Capture;
  let recording: Buffer;

  beforeEach(async () => {
    fake = await startStorageFake();
    store = new GcsRecordingStore({ bucket: "recordings", apiEndpoint: fake.url });
    config = readConfig({
      BOT_INSTANCE_PATH: "bot_instances/i1",
      CLAIM_TOKEN: "token",
      GCP_PROJECT_ID: "project",
      GCS_BUCKET: "recordings",
      SCRATCH_DIR: scratch.path(),
    });
    recording = await readFile(chromiumRecording("h264"));
    await mkdir(config.workDir);
    await mkdir(dirname(botFile()));
    lines.length = 0;
  });
  afterEach(async () => {
    await capture.close();
    await fake.stop();
  });

  function botFile(): string {
    const [name = ""] = recordingPaths(toBotIdentity("user", "i1"));
    return join(scratch.path(), name);
  }

  function begin(freeBytes: number, restarts = 0): Capture {
    const parsed = parseRecordingOptions({}, config);
    if (!parsed.ok) throw new Error("the defaults are wrong");
    const logs = makeLogs("i1", "INFO", (line) => lines.push(line));
    const services = {
      config: { ...config, restarts },
      logs,
      recordings: store,
      clock: systemClock,
    };
    capture = new Capture(
      { ...services, freeBytes: async () => freeBytes },
      {
        instance,
        path: "rec",
        options: parsed.options,
        binaries: npmBuild,
        earlier: Promise.resolve(NOTHING_EARLIER),
        onStored: () => {},
      },
    );
    return capture;
  }

  async function storedBytes(): Promise<Buffer> {
    const parts = await collect(store.list("rec/raw/token/"));
    return Buffer.concat(await Promise.all(parts.map(({ name }) => buffer(store.get(name)))));
  }

  const patience = () => AbortSignal.timeout(20_000);

  it("stores every byte and has the outputs when the recording ends", async () => {
    begin(PLENTY);
    await appendFile(botFile(), recording);
    expect(await capture.flush(patience())).to.equal(true);
    const converted = await capture.converted(patience());
    expect(converted?.outputs.map(({ kind }) => kind)).to.deep.equal(["video", "audio"]);
    expect((await storedBytes()).equals(recording)).to.equal(true);
    expect((await capture.stretch())?.seconds).to.be.closeTo(20, 0.1);
  });

  it("gives the live outputs up before the recording when the disk gets scarce", async () => {
    begin(SCARCE);
    await appendFile(botFile(), recording);
    expect(await capture.flush(patience())).to.equal(true);
    expect(await capture.converted(patience())).to.equal(undefined);
    expect(capture.full.aborted).to.equal(false);
    expect((await storedBytes()).equals(recording)).to.equal(true);
    expect(await capture.files(patience())).to.deep.equal([botFile()]);
    expect(lines.join("")).to.contain('"scarce"');
  });

  it("says when the disk can take no more of it", async () => {
    const { full } = begin(NOTHING_LEFT);
    if (!full.aborted) await once(full, "abort");
    expect(lines.join("")).to.contain('"full"');
  });

  it("fetches what it has stored where the bot has destroyed its file", async () => {
    begin(PLENTY);
    await appendFile(botFile(), recording);
    expect(await capture.flush(patience())).to.equal(true);
    capture.recording.files = async () => undefined;
    const files = await capture.files(patience());
    const fetched = await Promise.all(files.map((path) => readFile(path)));
    expect(Buffer.concat(fetched).equals(recording)).to.equal(true);
  });

  it("fetches what a manager before it has stored of a file that is there no more", async () => {
    const first = (await readFile(chromiumRecording("vp9"))).subarray(0, 300_000);
    const owner = { instance: "i1", attempt: instance.attempt };
    const part = { take: 1, startByte: 0, endByte: first.length, startedAt: 1, untilAt: 2 };
    await store.put(partName("rec", "token", 1), memorySource(first, true), {
      owner,
      contentType: "video/webm",
      metadata: toMetadata(part, owner),
    });
    await appendFile(botFile(), recording);
    begin(PLENTY, 1);

    expect(await capture.flush(patience())).to.equal(true);
    expect(await capture.converted(patience())).to.equal(undefined);

    expect(capture.hasHoles).to.equal(true);
    expect((await capture.stretch())?.startedAt).to.equal(1);
    const files = await capture.files(patience());
    const fetched = await Promise.all(files.map((path) => readFile(path)));
    expect(Buffer.concat(fetched).equals(Buffer.concat([first, recording]))).to.equal(true);
    expect(lines.join("")).to.contain("only in the store");
  });

  it("ends although nothing was recorded", async () => {
    begin(PLENTY);
    expect(await capture.flush(patience())).to.equal(true);
    expect(await capture.stretch()).to.equal(undefined);
    expect(await collect(store.list(""))).to.deep.equal([]);
  });
});
