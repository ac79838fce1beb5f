import type { Launcher } from "@meeting-bot/core";
import { ScriptedEcs } from "./scripted-ecs.ts";
import { connectTo } from "./scripted-launcher.ts";

/** A scripted ECS, a launcher at it, and what it was asked. */
export interface EcsBench {
  ecs: ScriptedEcs;
  launcher: Launcher;
  actions(): string[];
  inputs(): unknown[];
}

/** Gives a suite one of them. */
export function useScriptedEcs(): EcsBench {
  const bench = {
    actions: () => bench.ecs.calls.map(({ action }) => action),
    inputs: () => bench.ecs.calls.map(({ input }) => input),
  } as EcsBench;
  before(async () => {
    bench.ecs = await ScriptedEcs.start();
    bench.launcher = connectTo(bench.ecs.address);
  });
  after(() => bench.ecs.stop());
  return bench;
}
