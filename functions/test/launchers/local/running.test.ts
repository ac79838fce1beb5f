import { access, mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Execution, MINUTE, type RunningExecution } from "@meeting-bot/core";
import { expect } from "chai";
import { until } from "../../../../test/eventually.ts";
import { LocalLauncher } from "../../../src/launchers/local/launcher.ts";
import { type Asked, LocalWorld, processesOf, RULES } from "./local-world.ts";

const GONE: Execution = { launcher: "local", name: "meeting-bot-gone" };
const VANISHED = "it was killed or the machine was restarted";
const CANCELLED = "it was cancelled, by an operator or because it had been silent";
/** A process that leaves its program's group, and one that is left in it. */
const STRAYS = "setsid sleep 60 & sleep 60 & ";

async function listed(launcher: LocalLauncher, scope: string): Promise<RunningExecution[]> {
  const running: RunningExecution[] = [];
  for await (const execution of launcher.list(scope)) running.push(execution);
  return running;
}

describe("LocalLauncher, with what it has launched", function () {
  this.timeout(40_000);

  let world: LocalWorld;
  beforeEach(async () => {
    world = await LocalWorld.open();
  });
  afterEach(() => world.close());

  /** Launches, and waits until both programs have done what they do first. */
  async function running({ script, botScript, ...asked }: Asked = {}): Promise<Execution> {
    const started = (first = "") => `${first} echo started`;
    const scripts = { script: started(script), botScript: started(botScript) };
    const execution = await world.launched({ ...asked, ...scripts });
    await world.logged(execution, "manager", /(started)/);
    await world.logged(execution, "bot", /(started)/);
    return execution;
  }

  /** A launcher whose folder cannot be read. */
  async function lost(): Promise<LocalLauncher> {
    const file = join(world.root, "file");
    await writeFile(file, "");
    return new LocalLauncher(join(file, "runs"), RULES);
  }

  /** What is written down of an execution's end. */
  async function endingOf(execution: Execution) {
    return JSON.parse(await readFile(world.file(execution, "ended.json"), "utf8"));
  }

  /** An execution whose launcher ended as soon as it had made the folder. */
  async function unfinished(): Promise<Execution> {
    await mkdir(world.file(GONE));
    return GONE;
  }

  describe("inspecting", () => {
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
        const { exits, endedAt } = await endingOf(execution);
        expect(exits.manager).to.deep.equal(exit);
        expect(exits.bot).to.deep.equal({ code: null, signal: "SIGTERM" });
        expect(endedAt).to.be.within(since, Date.now());
      });
    }

    it("tells that the supervisor was killed, and ends what it has left behind", async () => {
      const execution = await running({ script: STRAYS, botScript: STRAYS });
      expect(await processesOf(execution)).to.have.length(6);
      process.kill(await world.supervisorOf(execution), "SIGKILL");
      expect(await world.ended(execution)).to.deep.equal({ state: "ended", reason: VANISHED });
      expect(await processesOf(execution)).to.deep.equal([]);
      expect(await endingOf(execution)).to.include({ why: "vanished" });
    });

    it("is not deceived by a process that has got the supervisor's number", async () => {
      const execution = await running();
      const path = world.file(execution, "execution.json");
      const record = JSON.parse(await readFile(path, "utf8"));
      process.kill(record.supervisor.pid, "SIGKILL");
      record.supervisor.pid = process.pid;
      await writeFile(path, JSON.stringify(record));
      expect(await world.ended(execution)).to.deep.equal({ state: "ended", reason: VANISHED });
    });

    it("finds one running that is being started", async () => {
      expect(await world.launcher.inspect(await unfinished())).to.deep.equal({ state: "running" });
      const past = (Date.now() - 2 * MINUTE) / 1000;
      await utimes(world.file(GONE), past, past);
    });

    it("tells that one never ran whose launcher is gone", async () => {
      const execution = await unfinished();
      const past = (Date.now() - 2 * MINUTE) / 1000;
      await utimes(world.file(execution), past, past);
      const told = {
        state: "ended",
        reason: "its launcher ended before it had started anything",
        neverRan: { retryable: true },
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
      const verdict = await (await lost()).inspect(GONE);
      expect(verdict).to.include({ state: "unreachable" });
      expect(verdict).to.have.property("reason").that.contains("ENOTDIR");
    });
  });

  describe("an execution", () => {
    it("goes on without its bot, of which nothing is left", async () => {
      const botScript = `${STRAYS} echo started; exit 3;`;
      const execution = await running({ botScript });
      await until(async () => (await processesOf(execution)).length === 1);
      expect(await world.launcher.inspect(execution)).to.deep.equal({ state: "running" });
      await world.launcher.cancel(execution);
      await world.ended(execution);
      const { exits } = await endingOf(execution);
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

  describe("cancelling", () => {
    it("lets the programs come to an end of their own", async () => {
      const onTerm = (last: string) => `trap 'echo ${last}; exit 0' TERM; `;
      const execution = await world.launched({
        script: `${onTerm("stored")} echo started; sleep 60 & wait`,
        botScript: `${onTerm("left")} echo started; sleep 60 & wait`,
      });
      await world.logged(execution, "manager", /(started)/);
      await world.logged(execution, "bot", /(started)/);
      await world.launcher.cancel(execution);
      expect(await world.ended(execution)).to.deep.equal({ state: "ended", reason: CANCELLED });
      await world.logged(execution, "manager", /(stored)/);
      await world.logged(execution, "bot", /(left)/);
      const { exits } = await endingOf(execution);
      expect(exits.manager).to.deep.equal({ code: 0, signal: null });
      expect(await processesOf(execution)).to.deep.equal([]);
    });

    it("kills what does not end, with all that it has started", async () => {
      const execution = await running({ script: `trap '' TERM; ${STRAYS}` });
      await world.launcher.cancel(execution);
      await world.ended(execution);
      const { exits } = await endingOf(execution);
      expect(exits.manager).to.deep.equal({ code: null, signal: "SIGKILL" });
      expect(await processesOf(execution)).to.deep.equal([]);
    });

    it("ends what a killed supervisor has left behind", async () => {
      const execution = await running();
      const supervisor = await world.supervisorOf(execution);
      process.kill(supervisor, "SIGKILL");
      await until(async () => {
        await world.launcher.cancel(execution);
        return (await processesOf(execution)).length === 0;
      });
    });

    it("is no error when it has ended, or is not there", async () => {
      const execution = await world.launched({ script: "exit 0;" });
      await world.ended(execution);
      await world.launcher.cancel(execution);
      await world.launcher.cancel(GONE);
      await world.launcher.cancel({ launcher: "local", name: "../x" });
    });

    it("fails while it cannot be done", async () => {
      const execution = await unfinished();
      for (const launcher of [world.launcher, await lost()]) {
        const failed = await launcher.cancel(execution).catch((error: unknown) => error);
        expect(failed).to.be.an("error");
      }
      const past = (Date.now() - 2 * MINUTE) / 1000;
      await utimes(world.file(execution), past, past);
    });
  });

  describe("listing", () => {
    it("tells of what runs in one's own scope, and of nothing in another's", async () => {
      const since = Date.now();
      const mine = await world.launched({ scope: "demo/one", token: "abc" });
      await world.launched({ scope: "demo/two" });
      const [found, ...others] = await listed(world.launcher, "demo/one");
      expect(others).to.deep.equal([]);
      expect(found).to.deep.include({ execution: mine, instanceId: "instance", token: "abc" });
      expect(found?.startedAt).to.be.within(since, Date.now());
      expect(await listed(world.launcher, "demo")).to.deep.equal([]);
    });

    it("leaves out what has ended, by itself or with its supervisor, and what is no execution", async () => {
      const scope = "demo/ended";
      await world.ended(await world.launched({ scope, script: "exit 0;" }));
      const execution = await running({ scope });
      process.kill(await world.supervisorOf(execution), "SIGKILL");
      await mkdir(join(world.runsDir, "lost+found"));
      await until(async () => (await listed(world.launcher, scope)).length === 0);
      expect(await processesOf(execution)).to.deep.equal([]);
      await access(world.file(execution, "ended.json"));
    });

    it("finds nothing where nothing was launched, and fails where it cannot look", async () => {
      const fresh = new LocalLauncher(join(world.root, "nothing"), RULES);
      expect(await listed(fresh, "demo/one")).to.deep.equal([]);
      const failed = await listed(await lost(), "demo/one").catch((error: unknown) => error);
      expect(failed).to.be.an("error");
    });
  });
});
