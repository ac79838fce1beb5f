import { existsSync } from "node:fs";
import { link, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { until } from "../../test/eventually.ts";
import { startServer, type TestServer } from "./bot/http-server.ts";
import { chromiumRecording, videoTimes } from "./media/support/recordings.ts";
import { element, VOID } from "./media/support/webm-builder.ts";
import { killManager, managerPid, replaceManager, untilRecording } from "./support/kill-manager.ts";
import { botFileOf, bytesOf, keepBotFile, look, outputsOf, partsOf } from "./support/recorded.ts";
import { fieldsOf, linkTo, openWorld, type Run, reachStored, type World } from "./support/world.ts";

const MEBIBYTE = 1024 * 1024;
/** As the manager has them by default. */
const PART_BYTES = 4 * MEBIBYTE;

describe("a recording whose bot begins a new file and whose manager dies", function () {
  this.timeout(60_000);
  let world: World;
  let folder: string;
  let bot: TestServer | undefined;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "manager-restart-replaced-"));
    world = await openWorld();
  });
  afterEach(async () => {
    await bot?.stop();
    bot = undefined;
  });
  after(async () => {
    await world?.end();
    await rm(folder, { recursive: true });
  });

  it("is whole, of both files, when the manager has seen the new one", async () => {
    // Storage is down until the manager is killed: nothing of the first file is stored by then.
    world.storage.inject({ kind: "status", status: 503, times: 5 });
    const over = join(folder, "over");
    const query = `sandbox=h264,replaced&at=6&seconds=600&speed=4&until=${encodeURIComponent(over)}`;
    const run = await world.run(
      {
        meetingUrl: linkTo(query),
        recordingOptions: { formats: ["video.mp4", "raw.webm"] },
      },
      { supervised: true },
    );
    const first = await keepBotFile(run);
    await until(() => existsSync(join(run.scratchDir, ".outputs", "take-1.webm")), 30_000);
    const second = join(run.scratchDir, "second.webm");
    await link(botFileOf(run), second);
    const restarted = await killManager(run);
    expect(partsOf(world, run.ref)).to.deep.equal([]);
    // The bot speaks of its end once: somebody is there to hear it.
    await untilRecording(run, restarted);
    await writeFile(over, "");

    expect(await run.manager.exitCode).to.equal(0);

    expect(run.manager.text.match(/is started again/g)).to.have.length(1);
    expect(await fieldsOf(run.ref)).to.deep.include({ status: "done", attempt: 1, gaps: [] });
    const both = [first, second];
    const { "video.mp4": video, "raw.webm": raw } = outputsOf(world, run.ref);
    const bytes = Buffer.concat(await Promise.all(both.map((path) => readFile(path))));
    expect((await bytesOf(raw ? [raw] : [])).equals(bytes)).to.equal(true);
    const frames = (await Promise.all(both.map(videoTimes))).flat().length;
    expect((await look(video)).video?.frames).to.be.within(frames - 1, frames);
    expect(partsOf(world, run.ref)).to.deep.equal([]);
    expect(run.manager.text).not.to.contain("live conversion given up");
  });

  it("is made of what was stored of the first file and of the new one when no manager saw that", async () => {
    let busy = 1;
    const clip = await readFile(chromiumRecording("h264"));
    const large = Buffer.concat([clip, element(VOID, Buffer.alloc(PART_BYTES))]);
    const write = async (path: string, bytes: Buffer) => {
      await mkdir(dirname(path), { recursive: true });
      await rm(path, { force: true });
      await writeFile(path, bytes);
    };
    bot = await startServer(async ({ url }, response) => {
      if (url === "/google/join") await write(botFileOf(run), large);
      response.end(JSON.stringify({ status: "healthy", data: busy }));
    });
    const run: Run = await world.run(
      { maxAttempts: 1 },
      { supervised: true, manager: { MEETING_BOT_API_URL: bot.url } },
    );
    await reachStored(run.ref, PART_BYTES);
    const stored = await bytesOf(partsOf(world, run.ref));
    expect(stored.equals(large.subarray(0, stored.length))).to.equal(true);
    const next = (await readFile(chromiumRecording("h264"))).subarray(0, 800_000);
    // Another recording has other tracks.
    const uid = next.indexOf(Buffer.from([0x73, 0xc5]));
    next.writeUInt8(next.readUInt8(uid + 4) ^ 0xff, uid + 4);
    process.kill(await managerPid(run), "SIGSTOP");
    await write(botFileOf(run), next);
    await replaceManager(run);
    busy = 0;

    expect(await run.manager.exitCode).to.equal(0);

    expect(await fieldsOf(run.ref)).to.deep.include({ status: "done", partial: true, attempt: 1 });
    const path = join(run.scratchDir, "next.webm");
    await writeFile(path, next);
    const both = [chromiumRecording("h264"), path];
    const frames = (await Promise.all(both.map(videoTimes))).flat().length;
    const { video } = await look(outputsOf(world, run.ref)["video.mp4"]);
    expect(video?.frames).to.be.within(frames - 1, frames);
    expect(partsOf(world, run.ref)).to.deep.equal([]);
  });
});
