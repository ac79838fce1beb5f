import { once } from "node:events";
import { chmod, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import type { LocalRules } from "../../../src/launchers/local/start-execution.ts";
import { expectLaunchFailure } from "../launch-failure.ts";
import { LocalWorld, processesOf, requestOf } from "./local-world.ts";

const MUTE = join(import.meta.dirname, "mute-supervisor.ts");

describe("LocalLauncher, refused", function () {
  this.timeout(30_000);

  let world: LocalWorld;
  beforeEach(async () => {
    world = await LocalWorld.open();
  });
  afterEach(() => world.close());

  let server: Server | undefined;
  afterEach(() => {
    server?.close();
    server = undefined;
  });

  async function fileOf(mode: number): Promise<string> {
    const path = join(world.root, "file");
    await writeFile(path, "nothing to run");
    await chmod(path, mode);
    return path;
  }
  const cases: Record<
    string,
    { rules: () => Promise<Partial<LocalRules>>; told: RegExp; why: RegExp; needsOperator: boolean }
  > = {
    "for a manager that does not exist": {
      rules: async () => ({ managerCommand: ["no-such-program"] }),
      told: /no program "no-such-program": set LOCAL_MANAGER_COMMAND/,
      why: /ENOENT/,
      needsOperator: true,
    },
    "for a bot that does not exist": {
      rules: async () => ({ botCommand: ["/no/such/bot", "now"] }),
      told: /no program "\/no\/such\/bot": set LOCAL_BOT_COMMAND/,
      why: /ENOENT/,
      needsOperator: true,
    },
    "for a manager that may not be executed": {
      rules: async () => ({ managerCommand: [await fileOf(0o600)] }),
      told: /LOCAL_MANAGER_COMMAND must name one that may be executed/,
      why: /EACCES/,
      needsOperator: true,
    },
    "for a supervisor that does not work": {
      rules: async () => ({ supervisor: "/no/such/supervisor.js" }),
      told: /\/no\/such\/supervisor\.js, does not work: .* LOCAL_SUPERVISOR/,
      why: /Cannot find module/,
      needsOperator: true,
    },
    "for want of ports, for now": {
      rules: async () => {
        server = createServer().listen(0);
        await once(server, "listening");
        const { port } = server.address() as AddressInfo;
        return { ports: { first: port, last: port } };
      },
      told: /no free port/,
      why: /no two free TCP ports/,
      needsOperator: false,
    },
  };
  for (const [name, { rules, told, why, needsOperator }] of Object.entries(cases)) {
    it(`${name}, in words that help, and leaves nothing behind`, async () => {
      const request = requestOf();
      const outcome = await world.with(await rules()).launch(request);
      if (outcome.kind !== "refused") throw new Error(`not refused but ${outcome.kind}`);
      const { message, platformReason } = outcome.failure;
      expectLaunchFailure(outcome.failure, needsOperator);
      expect(message).to.match(told);
      expect(platformReason).to.match(why);
      expect(await world.names()).to.deep.equal([]);
      const name = `meeting-bot-${request.token}`;
      expect(await processesOf({ launcher: "local", name })).to.deep.equal([]);
    });
  }

  it("is found in the folder by those who have not waited", async () => {
    const mute = { supervisor: MUTE, managerCommand: ["no-such-program"] };
    const launcher = world.with({ ...mute, timeoutMs: 1000 });
    expect(await launcher.launch(requestOf({ token: "abc" }))).to.include({ kind: "unknown" });
    const verdict = await world.ended({ launcher: "local", name: "meeting-bot-abc" });
    expect(verdict).to.deep.include({ state: "ended", neverRan: { needsOperator: true } });
    expect(verdict).to.have.property("reason").that.contains("no-such-program");
  });
});
