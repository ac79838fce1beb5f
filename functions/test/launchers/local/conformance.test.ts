import { existsSync, readdirSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Launcher } from "@meeting-bot/core";
import { LocalLauncher } from "../../../src/launchers/local/launcher.ts";
import type { LocalRules } from "../../../src/launchers/local/start-execution.ts";
import {
  BOT_IMAGE,
  GRACE_MS,
  MANAGER_IMAGE,
  STAND_INS,
} from "../launcher-contract/stand-in-images.ts";
import type { Fate, LauncherWorld, Severable } from "../launcher-contract/world.ts";
import { describeLauncher } from "../launcher-suite.ts";
import { LocalWorld, RULES } from "./local-world.ts";

const PATIENT: LocalRules = {
  ...RULES,
  managerCommand: STAND_INS[MANAGER_IMAGE].command,
  botCommand: STAND_INS[BOT_IMAGE].command,
  killGraceMs: GRACE_MS,
};

/** What differs in the rules of a launch that meets a fate, and what is told of it. */
type Omen = [rules: Partial<LocalRules>, words: string];
const OMENS: Partial<Record<Fate, Omen>> = {
  refused: [{ managerCommand: ["no-such-program"] }, "ENOENT"],
  "over-quota": [{ ports: { first: 20_000, last: 20_000 } }, "no two free TCP ports"],
  unanswered: [{ supervisor: join(import.meta.dirname, "mute-supervisor.ts") }, ""],
};

/** Launchers of one machine, whose next launch meets the fate that was decided. */
class FatefulMachine {
  readonly world: LocalWorld;
  #fate: Partial<LocalRules> = {};

  constructor(world: LocalWorld) {
    this.world = world;
  }

  decide(fate: Fate): string {
    const omen = OMENS[fate];
    if (!omen) throw new Error(`This machine cannot make "${fate}" come true.`);
    this.#fate = omen[0];
    return omen[1];
  }

  launcherBy(rules: LocalRules): Launcher {
    const launcher = new LocalLauncher(this.world.runsDir, rules);
    return {
      launch: (request) => this.#fateful(rules).launch(request),
      inspect: (execution) => launcher.inspect(execution),
      cancel: (execution) => launcher.cancel(execution),
      list: (scope) => launcher.list(scope),
    };
  }

  /** Those whose supervisor may work: it does so once its record is written. */
  accepted(): string[] {
    const { runsDir } = this.world;
    return readdirSync(runsDir).filter((name) => existsSync(join(runsDir, name, "execution.json")));
  }

  /** What stands between a launcher and its programs is their supervisor. */
  severable(): Severable {
    const before = this.accepted();
    return {
      launcher: this.launcherBy(PATIENT),
      sever: async () => {
        const [name = ""] = this.accepted().filter((other) => !before.includes(other));
        process.kill(await this.world.supervisorOf({ launcher: "local", name }), "SIGKILL");
      },
    };
  }

  #fateful(rules: LocalRules): LocalLauncher {
    const fateful = new LocalLauncher(this.world.runsDir, { ...rules, ...this.#fate });
    this.#fate = {};
    return fateful;
  }
}

async function start(): Promise<LauncherWorld> {
  const world = await LocalWorld.open();
  const machine = new FatefulMachine(world);
  const file = join(world.root, "file");
  await writeFile(file, "No folder.");
  return {
    launcher: machine.launcherBy(PATIENT),
    impatient: machine.launcherBy({ ...PATIENT, timeoutMs: 1000 }),
    lost: new LocalLauncher(join(file, "runs"), PATIENT),
    severable: async () => machine.severable(),
    accepted: () => machine.accepted().length,
    decide: (fate) => machine.decide(fate),
    vanish: async (execution) => {
      await world.launcher.cancel(execution);
      await world.ended(execution);
      await rm(world.file(execution), { recursive: true });
    },
    stop: () => world.close(),
  };
}

describeLauncher("This machine", {
  kind: "local",
  start,
  repeats: "the same execution",
  // It answers when the programs run.
  acceptsUnseen: false,
  timesOut: true,
});
