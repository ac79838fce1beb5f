import { access, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { until } from "../../../../test/eventually.ts";
import { LocalLauncher } from "../../../src/launchers/local/launcher.ts";
import { listed } from "../launcher-contract/bench.ts";
import { LocalWorld, processesOf, RULES } from "./local-world.ts";

describe("LocalLauncher, listing", function () {
  this.timeout(40_000);

  let world: LocalWorld;
  beforeEach(async () => {
    world = await LocalWorld.open();
  });
  afterEach(() => world.close());

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
    const execution = await world.running({ scope });
    process.kill(await world.supervisorOf(execution), "SIGKILL");
    await mkdir(join(world.runsDir, "lost+found"));
    await until(async () => (await listed(world.launcher, scope)).length === 0);
    expect(await processesOf(execution)).to.deep.equal([]);
    await access(world.file(execution, "ended.json"));
  });

  it("finds nothing where nothing was launched, and fails where it cannot look", async () => {
    const fresh = new LocalLauncher(join(world.root, "nothing"), RULES);
    expect(await listed(fresh, "demo/one")).to.deep.equal([]);
    const failed = await listed(await world.lost(), "demo/one").catch((error: unknown) => error);
    expect(failed).to.be.an("error");
  });
});
