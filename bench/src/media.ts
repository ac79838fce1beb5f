import { parseArgs } from "node:util";
import { type MediaFigures, measureAll, PARTS, type Part } from "./media/measure.ts";
import { toJson, toTable } from "./media/report.ts";
import { FULL, QUICK, type Scale } from "./media/scales.ts";
import { MediaTools } from "./media/tools.ts";
import { judge } from "./media/verdict.ts";
import { startMediaWorld } from "./media/world.ts";
import { WrongOption } from "./options.ts";

/**
 * Measures what becomes of recordings, beside a controller that begins after the meeting; whether
 * everything is within its bounds. A quick run is too short to judge speeds.
 */
export async function runMedia(args: readonly string[]): Promise<boolean> {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: "boolean" }, quick: { type: "boolean" }, only: { type: "string" } },
  });
  const only = readParts(values.only);
  const figures = await measureMedia(values.quick ? QUICK : FULL, say, only);
  const checks = judge(figures, only);
  const ok = checks.every((check) => check.ok || (values.quick && check.fullOnly));
  process.stdout.write(`${toTable(figures, checks)}\n`);
  if (values.json) process.stdout.write(`${JSON.stringify(toJson(figures, ok))}\n`);
  return ok;
}

/** Measures in a world of its own: the Firestore emulator, Cloud Run, the built functions and manager. */
export async function measureMedia(
  scale: Scale,
  say: (sentence: string) => void,
  only: ReadonlySet<Part> = new Set(PARTS),
): Promise<MediaFigures> {
  await using parts = new AsyncDisposableStack();
  const tools = await MediaTools.find(process.env);
  say(`ffmpeg ${tools.version}`);
  return await measureAll(await startMediaWorld(parts, tools), scale, only, say);
}

/** `live,copy` as a set; everything by default. Throws for a part that is not known. */
function readParts(names: string | undefined): ReadonlySet<Part> {
  if (names === undefined) return new Set(PARTS);
  return new Set(
    names.split(",").map((name) => {
      const part = PARTS.find((known) => known === name.trim());
      if (!part) throw new WrongOption(`--only ${name}: must be some of ${PARTS.join(",")}.`);
      return part;
    }),
  );
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}
