import { expect } from "chai";
import { until } from "../../../../test/eventually.ts";
import { GONE, LocalWorld, processesOf, STRAYS } from "./local-world.ts";

const CANCELLED = "it was cancelled, by an operator or because it had been silent";

describe("LocalLauncher, cancelling", function () {
  this.timeout(40_000);

  let world: LocalWorld;
  beforeEach(async () => {
    world = await LocalWorld.open();
  });
  afterEach(() => world.close());

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
    const { exits } = await world.endingOf(execution);
    expect(exits.manager).to.deep.equal({ code: 0, signal: null });
    expect(await processesOf(execution)).to.deep.equal([]);
  });

  it("kills what does not end, with all that it has started", async () => {
    const execution = await world.running({ script: `trap '' TERM; ${STRAYS}` });
    await world.launcher.cancel(execution);
    await world.ended(execution);
    const { exits } = await world.endingOf(execution);
    expect(exits.manager).to.deep.equal({ code: null, signal: "SIGKILL" });
    expect(await processesOf(execution)).to.deep.equal([]);
  });

  it("ends what a killed supervisor has left behind", async () => {
    const execution = await world.running();
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
    const execution = await world.unfinished();
    for (const launcher of [world.launcher, await world.lost()]) {
      const failed = await launcher.cancel(execution).catch((error: unknown) => error);
      expect(failed).to.be.an("error");
    }
    await world.abandon(execution);
  });
});
