import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DocumentData } from "@google-cloud/firestore";
import { FORMATS } from "@meeting-bot/core";
import { expect } from "chai";
import { type FetchedOutput, fetchOutputs } from "../../src/demo/fetch-outputs.ts";
import { findFfprobe } from "../../src/ffprobe.ts";
import type { FixtureName } from "../../src/meeting-bot/plan.ts";
import { fixturePath } from "../../src/meeting-bot/recorder.ts";
import { parseLiveRecording } from "../../src/meeting-bot/webm/live-recording.ts";
import type { Sandbox } from "../../src/sandbox.ts";
import { decodingErrors, packetTimes } from "../meeting-bot/support/media.ts";
import {
  complaints,
  type Ending,
  meetingAt,
  objectNames,
  PATIENCE_MS,
  seeAllThrough,
  startTestSandbox,
  untilOver,
} from "./support.ts";

/** What a bot records, and what must become of it. */
interface Recorded {
  fields: DocumentData;
  codec: FixtureName;
  /** How long each of its own attempts records. */
  takes: readonly number[];
  partial: boolean;
}

const TEAMS = "https://teams.microsoft.com/meet/2345678901234";

/** How a bot may treat its file. */
const RECORDINGS: Record<string, Recorded> = {
  "grows under another name and is copied at the end": {
    fields: meetingAt("sandbox=teams-upstream,h264&seconds=12", TEAMS),
    ...{ codec: "h264", takes: [12], partial: false },
  },
  "is appended to by the bot's retry": {
    fields: meetingAt("sandbox=appended,h264&at=6&seconds=8"),
    ...{ codec: "h264", takes: [6, 8], partial: true },
  },
  "is replaced by the bot's retry": {
    fields: meetingAt("sandbox=replaced,h264&at=6&seconds=8"),
    ...{ codec: "h264", takes: [6, 8], partial: true },
  },
  "is emptied by the bot's retry": {
    fields: meetingAt("sandbox=restarted,vp9&at=6&seconds=8"),
    ...{ codec: "vp9", takes: [6, 8], partial: true },
  },
  "is rewritten with its duration at the end": {
    fields: meetingAt("sandbox=patched,vp9&seconds=12"),
    ...{ codec: "vp9", takes: [12], partial: false },
  },
  "is renamed while it grows": {
    fields: meetingAt("sandbox=renamed,h264&at=6&seconds=12"),
    ...{ codec: "h264", takes: [12], partial: false },
  },
  "stops growing with a bot that hangs": {
    fields: meetingAt("sandbox=hang,h264&at=6&seconds=30"),
    ...{ codec: "h264", takes: [6], partial: true },
  },
};

const ALL_FORMATS: DocumentData = {
  ...meetingAt("sandbox=h264&seconds=6"),
  recording_options: { formats: Object.keys(FORMATS), max_height: 180 },
};

describe("a recording", function () {
  this.timeout(PATIENCE_MS);
  let sandbox: Sandbox;
  let folder: string;
  let endings: Map<DocumentData, Promise<Ending>>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "recordings-test-"));
    const settings = { MAX_ATTEMPTS: "1" };
    sandbox = await startTestSandbox("recordings", { settings, sweepSeconds: 2 });
    const meetings = [...Object.values(RECORDINGS).map(({ fields }) => fields), ALL_FORMATS];
    endings = await seeAllThrough(
      sandbox,
      meetings.map((fields) => [fields, fields]),
    );
    await untilOver(sandbox);
  });

  after(async () => {
    await sandbox?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Downloads the outputs of an instance into a folder of their own. */
  function download({ parsed }: Ending): Promise<FetchedOutput[]> {
    const ffprobe = findFfprobe(process.env["PATH"] ?? "");
    return fetchOutputs(sandbox.store, parsed, join(folder, parsed.id), ffprobe);
  }

  for (const [name, { fields, codec, takes, partial }] of Object.entries(RECORDINGS)) {
    it(`whose file ${name} is in the bucket with every frame, and no other`, async () => {
      const ended = (await endings.get(fields)) as Ending;
      const { instance } = ended;
      expect(instance).to.include({ status: "done", attempt: 1, partial });
      expect(instance).to.deep.include({ gaps: [] });
      const seconds = takes.reduce((sum, take) => sum + take);
      for (const { duration_seconds } of instance["outputs"]) {
        expect(duration_seconds).to.be.closeTo(seconds, 0.3);
      }
      const files = await download(ended);
      expect(files.map(({ kind }) => kind)).to.have.members(["video", "audio"]);
      expect(files.flatMap(({ problems }) => problems)).to.deep.equal([]);
      const video = files.find(({ kind }) => kind === "video")?.path ?? "";
      expect(await packetTimes(video, "v")).to.have.length(await countFrames(codec, takes));
      expect(await decodingErrors(video)).to.equal("");
    });
  }

  it("is stored in every format that its meeting asks for, and no larger", async () => {
    const ended = (await endings.get(ALL_FORMATS)) as Ending;
    expect(ended.instance).to.include({ status: "done", partial: false });
    const files = await download(ended);
    expect(files.map(({ kind }) => kind)).to.have.members(Object.values(FORMATS));
    expect(files.flatMap(({ problems }) => problems)).to.deep.equal([]);
    const heightOf = (kind: string) => files.find((file) => file.kind === kind)?.height;
    expect(heightOf("video")).to.equal(180);
    expect(heightOf("raw")).to.equal(720);
    for (const { kind, duration_seconds } of ended.instance["outputs"]) {
      if (kind !== "thumbnail") expect(duration_seconds).to.be.closeTo(6, 0.3);
    }
  });

  it("leaves none of its parts behind", async () => {
    const names = await objectNames(sandbox);
    const parts = names.filter((name) => name.includes("/raw/"));
    expect(parts, await complaints(sandbox)).to.deep.equal([]);
    expect(names.length).to.equal(Object.keys(RECORDINGS).length * 2 + Object.keys(FORMATS).length);
  });
});

const VIDEO_TRACK = 1;

/** How many frames the simulator plays in so many seconds, each less than its recording's own length. */
async function countFrames(codec: FixtureName, takes: readonly number[]): Promise<number> {
  const { clusters } = parseLiveRecording(await readFile(fixturePath(codec)));
  const frames = clusters.flatMap(({ blocks }) =>
    blocks.filter(({ track }) => track === VIDEO_TRACK),
  );
  return takes.reduce(
    (sum, seconds) => sum + frames.filter(({ atMs }) => atMs < seconds * 1000).length,
    0,
  );
}
