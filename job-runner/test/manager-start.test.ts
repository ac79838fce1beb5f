import { promisify } from "node:util";
import type { DocumentReference } from "@google-cloud/firestore";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { expect } from "chai";
import { fieldsOf, linkTo, openWorld, type World } from "./support/world.ts";

describe("a manager that must not work", function () {
  this.timeout(30_000);
  let world: World;
  let ref: DocumentReference;

  before(async () => {
    world = await openWorld();
    ref = await world.write({ meetingUrl: linkTo("sandbox=h264&seconds=2") });
  });
  after(() => world?.end());

  it("exits with 0 when its token is superseded, sends its bot away and touches nothing", async () => {
    const before = await fieldsOf(ref);
    const { manager, bot, isStopRequested } = await world.launch(ref, { token: "an-earlier-one" });

    expect(await manager.exitCode).to.equal(0);
    expect(await bot.exitCode).to.equal(0);

    expect(isStopRequested()).to.equal(true);
    expect(bot.text).not.to.contain("join");
    expect(await fieldsOf(ref)).to.deep.equal(before);
    expect(manager.text).to.contain("superseded").and.not.to.contain("an-earlier-one");
  });

  it("exits with 0 when its instance has been deleted", async () => {
    const gone = world.firestore.doc("bot_instances/gone");
    const { manager, isStopRequested } = await world.launch(gone);

    expect(await manager.exitCode).to.equal(0);

    expect(isStopRequested()).to.equal(true);
    expect((await gone.get()).exists).to.equal(false);
  });

  it("exits with 2 and names everything that is wrong with its environment, and touches nothing", async () => {
    const before = await fieldsOf(ref);
    const { manager } = await world.launch(ref, {
      token: "",
      manager: {
        BOT_INSTANCE_PATH: "meetings/one",
        GCS_BUCKET: "gs://recordings/",
        MEETING_BOT_API_URL: "localhost:3000",
        BOT_CALLBACK_PORT: "http",
        HEARTBEAT_SECONDS: "0",
        LOG_LEVEL: "LOUD",
      },
    });

    expect(await manager.exitCode).to.equal(2);

    for (const name of [
      "BOT_INSTANCE_PATH",
      "CLAIM_TOKEN",
      "GCS_BUCKET",
      "MEETING_BOT_API_URL",
      "BOT_CALLBACK_PORT",
      "HEARTBEAT_SECONDS",
      "LOG_LEVEL",
    ]) {
      expect(manager.text).to.match(new RegExp(`^- ${name} is .*must be`, "m"));
    }
    expect(await fieldsOf(ref)).to.deep.equal(before);
  });

  it("sends its bot away when it cannot even ask whose the instance is", async () => {
    const refusing = new Server();
    const port = await promisify(refusing.bindAsync.bind(refusing))(
      "127.0.0.1:0",
      ServerCredentials.createInsecure(),
    );
    const { manager, isStopRequested } = await world.launch(ref, {
      manager: { FIRESTORE_EMULATOR_HOST: `127.0.0.1:${port}` },
    });

    expect(await manager.exitCode).to.equal(70);
    refusing.forceShutdown();

    expect(isStopRequested()).to.equal(true);
    expect(manager.text).to.contain("the manager failed");
  });
});
