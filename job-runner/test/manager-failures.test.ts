import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { text } from "node:stream/consumers";
import type { BotInstance } from "@meeting-bot/core";
import { expect } from "chai";
import { freePort } from "../../sandbox/src/ports.ts";
import { startServer } from "./bot/http-server.ts";
import {
  fieldsOf,
  linkTo,
  openWorld,
  PASSWORD,
  type RunOptions,
  type World,
} from "./support/world.ts";

describe("a manager whose attempt fails", function () {
  this.timeout(30_000);
  let world: World;

  before(async () => {
    world = await openWorld();
  });
  after(() => world?.end());

  /** Runs until the manager has ended: what it left behind. */
  async function fail(fields: Partial<BotInstance>, options: RunOptions = {}) {
    const meetingUrl = linkTo("sandbox=h264&seconds=2&speed=10");
    const run = await world.run({ meetingUrl, ...fields }, options);
    const startedAt = Date.now();
    const code = await run.manager.exitCode;
    const seconds = (Date.now() - startedAt) / 1000;
    expect(run.isStopRequested()).to.equal(true);
    expect(run.manager.text).not.to.contain(PASSWORD);
    return { ...run, code, seconds, instance: await fieldsOf(run.ref) };
  }

  it("puts the instance back into the queue when the bot is never healthy", async () => {
    const nobody = await freePort();
    const { code, seconds, instance, bot } = await fail(
      {},
      { manager: { BOT_READY_SECONDS: "1", MEETING_BOT_API_URL: `http://127.0.0.1:${nobody}` } },
    );

    expect(code).to.equal(1);
    expect(seconds).to.be.below(10);
    expect(instance).to.include({ status: "queued", attempt: 1 });
    expect(instance["error"]).to.include({
      code: "BOT_UNREACHABLE",
      stage: "join",
      retryable: true,
      message: "The meeting bot's container was not ready within 1 s.",
    });
    const backOffMs = instance["wake_at"].toMillis() - instance["updated_at"].toMillis();
    expect(backOffMs).to.be.within(7_500, 22_500);
    expect(bot.text).not.to.contain("join accepted");
  });

  it("names the bucket that does not exist, and is not tried again", async () => {
    const options = { manager: { GCS_BUCKET: "no-such-bucket" } };
    const { code, instance, manager } = await fail({}, options);

    expect(code).to.equal(1);
    expect(instance).to.include({ status: "failed" });
    expect(instance["error"]).to.include({ code: "UPLOAD_FAILED", stage: "uploading" });
    expect(instance["error"].message).to.contain('There is no bucket "no-such-bucket"');
    expect(instance).not.to.have.any.keys("outputs", "wake_at");
    expect(await manager.line("no part can be stored")).to.contain("no-such-bucket");
  });

  it("refuses a path that leads elsewhere, and sends no bot", async () => {
    const { code, instance, bot } = await fail({ gcsPath: "../x" });

    expect(code).to.equal(1);
    expect(instance).to.include({ status: "failed" });
    expect(instance["error"]).to.include({
      code: "INVALID_MEETING",
      message: "gcs_path has a segment . or ...",
    });
    expect(bot.text).not.to.contain("join");
    expect(world.storage.objects()).to.deep.equal([]);
  });

  it("refuses a link to somewhere else, and sends no bot", async () => {
    const { instance, bot } = await fail({ meetingUrl: "https://meet.google.com.example.com/x" });

    expect(instance["error"]).to.include({ code: "UNSUPPORTED_URL" });
    expect(bot.text).not.to.contain("join");
  });

  it("refuses a link to where the deployment sends no bots", async () => {
    const { instance, bot } = await fail({}, { manager: { ALLOWED_MEETING_HOSTS: "*.zoom.us" } });

    expect(instance["error"]).to.include({
      code: "UNSUPPORTED_URL",
      message: "The meeting's link leads to meet.google.com, but bots are sent to *.zoom.us only.",
    });
    expect(bot.text).not.to.contain("join");
  });

  it("says that the callbacks' port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const { code, instance, bot } = await fail(
      { attempt: 3 },
      { manager: { BOT_CALLBACK_PORT: String(port) } },
    );
    other.close();

    expect(code).to.equal(1);
    expect(instance).to.include({ status: "failed" });
    expect(instance["error"].message).to.match(
      new RegExp(`cannot use port ${port} on 127.0.0.1: choose another BOT_CALLBACK_PORT\\.$`),
    );
    expect(bot.text).not.to.contain("join");
  });

  it("says that there is no ffmpeg, before it sends a bot", async () => {
    const { code, instance, bot } = await fail({}, { manager: { FFMPEG_PATH: "/no/ffmpeg" } });

    expect(code).to.equal(1);
    expect(instance["error"]).to.include({ code: "CONVERSION_FAILED" });
    expect(instance["error"].message).to.contain("/no/ffmpeg cannot be run");
    expect(bot.text).not.to.contain("join");
  });

  it("gives the bot the plain link, not the one that was pasted", async () => {
    let asked = "";
    const bot = await startServer(async (request, response) => {
      if (request.url === "/google/join") {
        asked = JSON.parse(await text(request)).url;
        response.statusCode = 400;
      }
      response.end(JSON.stringify({ status: "healthy", data: 0 }));
    });
    const plain = linkTo("seconds=2");
    const meetingUrl = `<https://www.google.com/url?q=${encodeURIComponent(`${plain}&utm_source=x`)}>`;
    const { instance } = await fail({ meetingUrl }, { manager: { MEETING_BOT_API_URL: bot.url } });
    await bot.stop();

    expect(asked).to.equal(plain);
    expect(instance["error"]).to.include({ code: "INVALID_MEETING", stage: "join" });
  });

  it("keeps the link's query out of its log when the bot repeats it", async () => {
    const { code, instance } = await fail({ meetingUrl: linkTo(`seconds=x&pwd=${PASSWORD}`) });
    expect(code).to.equal(1);
    expect(instance["error"]).to.include({ code: "INVALID_MEETING", stage: "join" });
  });
});
