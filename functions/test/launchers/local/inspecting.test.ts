import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { until } from "../../../../test/eventually.ts";
import { type Asked, GONE, LocalWorld, processesOf, STRAYS } from "./local-world.ts";

const VANISHED = "it was killed or the machine was restarted";

describe("LocalLauncher, inspecting", function () {
  this.timeout(40_000);

  let world: LocalWorld;
  beforeEach(async () => {
    world = await LocalWorld.open();
  });
  afterEach(() => world.close());

  const ends: Record<string, [asked: Asked, told: string, exit: object]> = {
    "a manager that has done its work": [
      { script: "exit 0;" },
      "it ended as if all were well",
      { code: 0, signal: null },
    ],
    "a manager that fails": [
      { script: "exit 13;" },
      "the manager failed with exit code 13",
      { code: 13, signal: null },
    ],
    "a manager that is killed": [
      { script: "kill -9 $$;" },
      "the manager was killed by SIGKILL",
      { code: null, signal: "SIGKILL" },
    ],
    "its time-out": [
      { timeoutSeconds: 1 },
      "it reached its time-out",
      { code: null, signal: "SIGTERM" },
    ],
  };
  for (const [name, [asked, told, exit]] of Object.entries(ends)) {
    it(`tells of ${name}, and has written it down`, async () => {
      const since = Date.now();
      const execution = await world.launched(asked);
      expect(await world.ended(execution)).to.deep.equal({ state: "ended", reason: told });
      expect(await processesOf(execution)).to.deep.equal([]);
      const { exits, endedAt } = await world.endingOf(execution);
      expect(exits.manager).to.deep.equal(exit);
      expect(exits.bot).to.deep.equal({ code: null, signal: "SIGTERM" });
      expect(endedAt).to.be.within(since, Date.now());
    });
  }

  it("tells that the supervisor was killed, and ends what it has left behind", async () => {
    const execution = await world.running({ script: STRAYS, botScript: STRAYS });
    await until(async () => (await processesOf(execution)).length === 6);
    process.kill(await world.supervisorOf(execution), "SIGKILL");
    expect(await world.ended(execution)).to.deep.equal({ state: "ended", reason: VANISHED });
    expect(await processesOf(execution)).to.deep.equal([]);
    expect(await world.endingOf(execution)).to.include({ why: "vanished" });
  });

  it("is not deceived by a process that has got the supervisor's number", async () => {
    const execution = await world.running();
    const path = world.file(execution, "execution.json");
    const record = JSON.parse(await readFile(path, "utf8"));
    process.kill(record.supervisor.pid, "SIGKILL");
    record.supervisor.pid = process.pid;
    await writeFile(path, JSON.stringify(record));
    expect(await world.ended(execution)).to.deep.equal({ state: "ended", reason: VANISHED });
  });

  it("finds one running that is being started", async () => {
    expect(await world.launcher.inspect(await world.unfinished())).to.deep.equal({
      state: "running",
    });
    await world.abandon(GONE);
  });

  it("tells that one never ran whose launcher is gone", async () => {
    const execution = await world.unfinished();
    await world.abandon(execution);
    const told = {
      state: "ended",
      reason: "its launcher ended before it had started anything",
      neverRan: { needsOperator: false },
    };
    expect(await world.launcher.inspect(execution)).to.deep.equal(told);
    expect(await world.launcher.inspect(execution)).to.deep.equal(told);
  });

  it("finds nothing where there is no folder, and does not look elsewhere", async () => {
    await mkdir(join(world.root, "elsewhere"));
    for (const name of [GONE.name, "../elsewhere", "", ".", "meeting-bot-/../../elsewhere"]) {
      const verdict = await world.launcher.inspect({ launcher: "local", name });
      expect(verdict).to.deep.equal({ state: "not-found" });
    }
    expect(await readdir(join(world.root, "elsewhere"))).to.deep.equal([]);
  });

  it("tells a folder that cannot be read from one that is not there", async () => {
    const verdict = await (await world.lost()).inspect(GONE);
    expect(verdict).to.include({ state: "unreachable" });
    expect(verdict).to.have.property("reason").that.contains("ENOTDIR");
  });
});

describe("an execution on this machine", function () {
  this.timeout(40_000);

  let world: LocalWorld;
  beforeEach(async () => {
    world = await LocalWorld.open();
  });
  afterEach(() => world.close());

  it("goes on without its bot, of which nothing is left", async () => {
    const botScript = `${STRAYS} echo started; exit 3;`;
    const execution = await world.running({ botScript });
    await until(async () => (await processesOf(execution)).length === 1);
    expect(await world.launcher.inspect(execution)).to.deep.equal({ state: "running" });
    await world.launcher.cancel(execution);
    await world.ended(execution);
    const { exits } = await world.endingOf(execution);
    expect(exits.bot).to.deep.equal({ code: 3, signal: null });
  });

  it("leaves its logs and nothing else when it has ended", async () => {
    const execution = await world.launched({ script: ': > "$SCRATCH_DIR/huge"; exit 0;' });
    await world.ended(execution);
    expect((await readdir(world.file(execution))).sort()).to.deep.equal([
      "bot.log",
      "ended.json",
      "execution.json",
      "manager.log",
      "supervisor.log",
    ]);
    const supervisorLog = await readFile(world.file(execution, "supervisor.log"), "utf8");
    expect(supervisorLog).to.equal("");
  });
});
