import { fork } from "node:child_process";
import { once } from "node:events";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Execution, type LaunchOutcome, readSettings } from "@meeting-bot/core";
import { expect } from "chai";
import { until } from "../../../../test/eventually.ts";
import { connectLocal } from "../../../src/launchers/local/launcher.ts";
import { localSettings } from "../../../src/launchers/local/settings.ts";
import { LocalWorld, processesOf, RULES, requestOf } from "./local-world.ts";

const here = (file: string) => join(import.meta.dirname, file);

/** The environment that `env` has printed, without the variables whose values differ each time. */
async function printed(path: string): Promise<Map<string, string>> {
  const lines = (await readFile(path, "utf8")).trim().split("\n");
  return new Map(
    lines.map((line) => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

describe("LocalLauncher, launching", function () {
  this.timeout(30_000);

  let world: LocalWorld;
  beforeEach(async () => {
    world = await LocalWorld.open();
  });
  afterEach(() => world.close());

  it("starts one execution, and does not wait for its end", async () => {
    const execution = await world.launched({ script: "echo started" });
    expect(await world.names()).to.deep.equal([execution.name]);
    expect(await world.launcher.inspect(execution)).to.deep.equal({ state: "running" });
    expect(await world.logged(execution, "manager", /(started)/)).to.equal("started");
  });

  it("writes down for nobody else who is at work, before anything works", async () => {
    const since = Date.now();
    const execution = await world.launched({ token: "abc", scope: "demo/one" });
    const path = world.file(execution, "execution.json");
    const { startedAt, supervisor, ...record } = JSON.parse(await readFile(path, "utf8"));
    expect(record).to.deep.equal({
      instanceId: "instance",
      scope: "demo/one",
      token: "abc",
      timeoutSeconds: 45,
    });
    expect(startedAt).to.be.within(since, Date.now());
    expect(supervisor).to.have.all.keys("pid", "startTicks");
    const modes = [path, world.file(execution)].map(async (file) => (await stat(file)).mode);
    expect((await Promise.all(modes)).map((mode) => mode & 0o777)).to.deep.equal([0o600, 0o700]);
  });

  it("knows a token that it has launched, also when asked several times at once", async () => {
    const request = requestOf({ script: "echo started" });
    const launch = () => world.launcher.launch(request);
    const outcomes = await Promise.all([launch(), launch(), launch()]);
    outcomes.push(await launch());
    const [first] = outcomes;
    expect(first).to.include({ kind: "launched" });
    for (const outcome of outcomes) expect(outcome).to.deep.equal(first);
    const [name = "", ...others] = await world.names();
    expect(others).to.deep.equal([]);
    const execution = { launcher: "local", name };
    await world.logged(execution, "manager", /(started)/);
    expect(await readFile(world.file(execution, "manager.log"), "utf8")).to.equal("started\n");
  });

  it("goes on when the process that has launched it is killed", async () => {
    const child = fork(here("launching-process.ts"), { detached: true });
    const { instance: _, ...request } = requestOf();
    child.send({ runsDir: world.runsDir, rules: RULES, request });
    const [outcome] = (await once(child, "message")) as [LaunchOutcome];
    if (outcome.kind !== "launched") throw new Error(`not launched but ${outcome.kind}`);
    const exit = once(child, "exit");
    // Its group, as a terminal's end would.
    process.kill(-Number(child.pid), "SIGKILL");
    await exit;
    const before = await processesOf(outcome.execution);
    expect(before).to.have.length(2);
    expect(await world.launcher.inspect(outcome.execution)).to.deep.equal({ state: "running" });
    await world.launcher.cancel(outcome.execution);
    await world.ended(outcome.execution);
  });

  it("leaves it open what came of it when no answer comes in time", async () => {
    const mute = world.with({ supervisor: here("mute-supervisor.ts"), timeoutMs: 300 });
    const outcome = await mute.launch(requestOf({ token: "abc", script: "echo started" }));
    expect(outcome).to.deep.equal({
      kind: "unknown",
      reason: "the supervisor did not answer in time",
    });
    const execution = { launcher: "local", name: "meeting-bot-abc" };
    expect(await world.launcher.inspect(execution)).to.deep.equal({ state: "running" });
    await until(async () => (await processesOf(execution)).length === 2, 20_000);
  });

  it("leaves it open what came of it when the supervisor is killed", async () => {
    const script = join(world.root, "killed.mjs");
    await writeFile(script, `process.on("message", () => process.kill(process.pid, "SIGKILL"));`);
    const outcome = await world.with({ supervisor: script }).launch(requestOf());
    expect(outcome).to.deep.equal({
      kind: "unknown",
      reason: "the supervisor was ended by SIGKILL",
    });
  });

  it("is connected by the settings, to the supervisor that comes with it", async () => {
    const connected = connectLocal(
      readSettings(localSettings, {
        LOCAL_RUNS_DIR: join(world.runsDir),
        LOCAL_MANAGER_COMMAND: '["sleep", "60"]',
        LOCAL_BOT_COMMAND: '["sleep", "60"]',
      }),
      { launchTimeoutSeconds: 20 },
    );
    const execution = await world.launched({}, connected);
    expect(await processesOf(execution)).to.have.length(2);
  });

  describe("what the programs are given", () => {
    const SET = {
      FIRESTORE_EMULATOR_HOST: "127.0.0.1:1",
      STORAGE_EMULATOR_HOST: "http://127.0.0.1:2",
      GOOGLE_APPLICATION_CREDENTIALS: "/nowhere.json",
      TEST_HANDED_ON: "handed on",
      TEST_SECRET: "secret",
    };
    const before = new Map(Object.keys(SET).map((name) => [name, process.env[name]]));
    let execution: Execution;
    let manager: Map<string, string>;
    let bot: Map<string, string>;
    beforeEach(async () => {
      Object.assign(process.env, SET);
      // `env` prints its environment, to which a shell would add.
      const printing = { botCommand: ["env"], managerCommand: ["env"] };
      const launcher = world.with({ ...printing, handedOn: ["TEST_HANDED_ON", "TEST_UNSET"] });
      execution = await world.launched({ token: "abc" }, launcher);
      await world.ended(execution);
      manager = await printed(world.file(execution, "manager.log"));
      bot = await printed(world.file(execution, "bot.log"));
    });
    afterEach(() => {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    });

    it("is for the manager what its launch, the place and the settings say, and nothing else", () => {
      const { MEETING_BOT_API_URL, BOT_CALLBACK_PORT, ...rest } = Object.fromEntries(manager);
      expect(rest).to.deep.equal({
        PATH: process.env["PATH"],
        HOME: process.env["HOME"],
        FIRESTORE_EMULATOR_HOST: "127.0.0.1:1",
        STORAGE_EMULATOR_HOST: "http://127.0.0.1:2",
        GOOGLE_APPLICATION_CREDENTIALS: "/nowhere.json",
        TEST_HANDED_ON: "handed on",
        BOT_SCOPE: "demo/(default)",
        CLAIM_TOKEN: "abc",
        SCRIPT: "",
        EXECUTION_LAUNCHER: "local",
        EXECUTION_NAME: execution.name,
        LOCAL_EXECUTION: `${execution.name}/manager`,
        SCRATCH_DIR: world.file(execution, "scratch"),
      });
      expect(MEETING_BOT_API_URL).to.match(/^http:\/\/localhost:\d+$/);
      expect(Number(BOT_CALLBACK_PORT)).to.be.within(RULES.ports.first, RULES.ports.last);
    });

    it("is for the bot what its container gets, without credentials and the claim", () => {
      const { PORT, AUTH_BASE_URL_V2, ...rest } = Object.fromEntries(bot);
      expect(rest).to.deep.equal({
        PATH: process.env["PATH"],
        HOME: process.env["HOME"],
        NODE_ENV: "development",
        GCP_MISC_BUCKET: "unused",
        NOTIFY_WEBHOOK_ENABLED: "false",
        REDIS_CONSUMER_ENABLED: "false",
        MAX_RECORDING_DURATION_MINUTES: "7",
        SCRIPT: "",
        TEMPVIDEO_DIR: world.file(execution, "scratch"),
        STOP_FILE: world.file(execution, "scratch/.stop"),
        XDG_RUNTIME_DIR: world.file(execution, "bot"),
        LOCAL_EXECUTION: `${execution.name}/bot`,
      });
      expect(manager.get("MEETING_BOT_API_URL")).to.equal(`http://localhost:${PORT}`);
      const callbackPort = manager.get("BOT_CALLBACK_PORT");
      expect(AUTH_BASE_URL_V2).to.equal(`http://localhost:${callbackPort}/v2`);
      expect(callbackPort).to.not.equal(PORT);
    });
  });

  it("gives both programs one disk, and each a folder to start in", async () => {
    const execution = await world.launched({
      script: 'echo hello > "$SCRATCH_DIR/note"; echo "in $(pwd)"',
      botScript:
        'until read -r note < "$TEMPVIDEO_DIR/note"; do sleep 0.1; done 2> /dev/null; echo "$note from $(pwd)"',
    });
    const botFolder = world.file(execution, "bot");
    expect(await world.logged(execution, "bot", /hello from (.*)/)).to.equal(botFolder);
    const managerFolder = world.file(execution, "manager");
    expect(await world.logged(execution, "manager", /in (.*)/)).to.equal(managerFolder);
  });
});
