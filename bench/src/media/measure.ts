import { type KillFigures, measureKill, type Victim } from "./kills.ts";
import { type MemoryFigures, measureMemory } from "./memory.ts";
import { measureQuality, type QualityFigures } from "./quality.ts";
import type { Scale } from "./scales.ts";
import { measureSpeed, type SpeedFigures, type SpeedResult } from "./speed.ts";
import { measureSync, type SyncFigures } from "./sync.ts";
import { measureUploads, type UploadFigures } from "./uploads.ts";
import type { MediaWorld } from "./world.ts";

/** Everything that was measured; what could not be is missing, and `errors` says why. */
export interface MediaFigures {
  live: SpeedFigures[];
  /** The one of `live` that is judged. */
  judged?: SpeedFigures;
  copy?: SpeedFigures;
  /** Of the shortest of `live`, and of the copy. */
  quality: { encoded?: QualityFigures; copied?: QualityFigures };
  sync: { whole?: SyncFigures; hole?: SyncFigures };
  memory?: MemoryFigures;
  uploads?: UploadFigures;
  kills: KillFigures[];
  errors: string[];
}

const VICTIMS: readonly Victim[] = ["execution", "manager", "bot"];

/** Measures the speeds one after the other, and then the rest, which takes the time that it takes. */
export async function measureAll(
  world: MediaWorld,
  scale: Scale,
  say: (sentence: string) => void,
): Promise<MediaFigures> {
  const figures: MediaFigures = { live: [], quality: {}, sync: {}, kills: [], errors: [] };
  const attempt = attemptWith(figures.errors, say);
  const { sync, hole } = scale;
  await measureSpeeds(world, scale, figures, attempt);
  const [whole, withHole, memory] = await Promise.all([
    attempt("the sync of claps", () => measureSync(world, sync)),
    attempt("the sync around a hole", () => measureSync(world, { ...sync, hole })),
    attempt("memory and disk", () => measureMemory(world, scale.memory)),
    measureKills(world, scale, figures, attempt),
  ]);
  // Everybody shares the way.
  const uploads = await attempt("a bad way to the storage", () =>
    measureUploads(world, scale.uploads),
  );
  return {
    ...figures,
    sync: { ...(whole && { whole }), ...(withHole && { hole: withHole }) },
    ...(memory && { memory }),
    ...(uploads && { uploads }),
  };
}

type Attempt = <T>(what: string, measure: () => Promise<T>) => Promise<T | undefined>;

/** Measures, and notes why where that cannot be done: the rest is measured all the same. */
function attemptWith(errors: string[], say: (sentence: string) => void): Attempt {
  return async (what, measure) => {
    say(`Measuring ${what}`);
    try {
      return await measure();
    } catch (error) {
      errors.push(`${what}: ${error instanceof Error ? error.message : error}`);
      return undefined;
    }
  };
}

async function measureSpeeds(
  world: MediaWorld,
  { live, judgedMinutes, copy }: Scale,
  figures: MediaFigures,
  attempt: Attempt,
): Promise<void> {
  const run = async (task: Scale["copy"]): Promise<SpeedResult | undefined> =>
    attempt(`${task.minutes} min of ${task.codec}, converted ${task.conversion}`, () =>
      measureSpeed(world, task),
    );
  const compare = (result: SpeedResult) =>
    attempt("the quality", () => measureQuality(world, result));
  for (const [index, task] of live.entries()) {
    const result = await run(task);
    if (!result) continue;
    figures.live.push(result.figures);
    if (task.minutes === judgedMinutes) figures.judged = result.figures;
    const encoded = index === 0 ? await compare(result) : undefined;
    if (encoded) figures.quality.encoded = encoded;
  }
  const copied = await run(copy);
  if (!copied) return;
  figures.copy = copied.figures;
  const quality = await compare(copied);
  if (quality) figures.quality.copied = quality;
}

async function measureKills(
  world: MediaWorld,
  { kills: { count, atOnce, seconds } }: Scale,
  figures: MediaFigures,
  attempt: Attempt,
): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < count) {
      const victim = VICTIMS[next % VICTIMS.length] ?? "execution";
      next += 1;
      const killed = await attempt(`a kill of the ${victim}`, () =>
        measureKill(world, victim, seconds),
      );
      if (killed) figures.kills.push(killed);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
