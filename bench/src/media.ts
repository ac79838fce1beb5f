import { parseArgs } from "node:util";
import { type MediaFigures, measureAll } from "./media/measure.ts";
import { toJson, toTable } from "./media/report.ts";
import { FULL, QUICK, type Scale } from "./media/scales.ts";
import { MediaTools } from "./media/tools.ts";
import { judge } from "./media/verdict.ts";
import { startMediaWorld } from "./media/world.ts";

/**
 * Measures what becomes of recordings, beside a controller that begins after the meeting; whether
 * everything is within its bounds. A quick run is too short to judge speeds.
 */
export async function runMedia(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: "boolean" }, quick: { type: "boolean" } },
  });
  const say = (sentence: string) => process.stderr.write(`${sentence}\n`);
  const figures = await measureMedia(values.quick ? QUICK : FULL, say);
  const checks = judge(figures);
  const ok = checks.every((check) => check.ok || (values.quick && check.fullOnly));
  process.stdout.write(`${toTable(figures, checks)}\n`);
  if (values.json) process.stdout.write(`${JSON.stringify(toJson(figures, ok))}\n`);
  return ok;
}

/** Measures in a world of its own: the Firestore emulator, Cloud Run, the built functions and manager. */
export async function measureMedia(
  scale: Scale,
  say: (sentence: string) => void,
): Promise<MediaFigures> {
  await using parts = new AsyncDisposableStack();
  const tools = await MediaTools.find(process.env);
  say(`ffmpeg ${tools.version}`);
  return await measureAll(await startMediaWorld(parts, tools), scale, say);
}
