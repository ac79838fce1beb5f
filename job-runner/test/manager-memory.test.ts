import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { waitForDocument } from "../../sandbox/src/wait-for-document.ts";
import { toBotIdentity } from "../src/bot/bot-identity.ts";
import { recordingPaths } from "../src/bot/recording-files.ts";
import { MANAGER_FLAGS, MANAGER_VARIABLES } from "../src/supervisor/supervise.ts";
import { startServer, type TestServer } from "./bot/http-server.ts";
import { generate, tone } from "./media/support/recordings.ts";
import { useScratch } from "./media/support/scratch.ts";
import { openWorld, type Run, type World } from "./support/world.ts";

/** It settles at 150 MiB, whatever the length; who read the recording whole would need its size as well. */
const MOST_MEBIBYTES = 200;
const RECORDING_MEBIBYTES = 100;

describe("the manager's memory", function () {
  this.timeout(60_000);
  const scratch = useScratch();
  let world: World;
  let bot: TestServer;

  before(async () => {
    world = await openWorld();
  });
  afterEach(() => bot?.stop());
  after(() => world?.end());

  /** Noise in H.264, which is only copied, and a tone: many bytes for little time of a processor. */
  async function makeLargeRecording(): Promise<string> {
    const size = ["-f", "rawvideo", "-s", "640x360", "-r", "25", "-t", "0.4"];
    const encoded = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "16", "-c:a", "libopus"];
    const clip = scratch.path("clip.mkv");
    const input = [...size, "-i", "/dev/urandom", ...tone(0.4)];
    await generate(...input, ...encoded, "-pix_fmt", "yuv420p", clip);
    const recording = scratch.path("recording.mkv");
    await generate("-stream_loop", "55", "-i", clip, "-c", "copy", recording);
    return recording;
  }

  /** A bot whose meeting is over, and recorded, as soon as it is asked to join. */
  function startBot(recording: string, scratchOf: () => Run): Promise<TestServer> {
    return startServer(async ({ url }, response) => {
      if (url === "/google/join") {
        const { ref, scratchDir } = scratchOf();
        const [name = ""] = recordingPaths(toBotIdentity(undefined, ref.id));
        const path = join(scratchDir, name);
        await mkdir(dirname(path));
        await copyFile(recording, path);
      }
      response.end(JSON.stringify({ status: "healthy", data: 0 }));
    });
  }

  it("does not grow with the recording", async () => {
    const recording = await makeLargeRecording();
    bot = await startBot(recording, () => run);
    const run = await world.run(
      { maxAttempts: 1 },
      {
        manager: {
          ...MANAGER_VARIABLES,
          ...{ MEETING_BOT_API_URL: bot.url, NODE_OPTIONS: MANAGER_FLAGS.join(" ") },
        },
      },
    );
    let peak = 0;

    const ended = await waitForDocument(run.ref, (snapshot) => {
      void run.manager.peakMebibytes().then((mebibytes) => {
        peak = mebibytes ?? peak;
      });
      return snapshot.get("status") === "processing" ? undefined : snapshot.data();
    });

    expect(ended).to.include({ status: "done" });
    const video = world.storage.objects().find(({ name }) => name.endsWith("/video.mp4"));
    expect(video?.size).to.be.above(RECORDING_MEBIBYTES * 1024 * 1024);
    expect(peak).to.be.within(50, MOST_MEBIBYTES);
  });
});
