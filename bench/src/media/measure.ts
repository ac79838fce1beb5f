import { type KillFigures, measureKill, type Victim } from "./kills.ts";
import { type MemoryFigures, measureMemory } from "./memory.ts";
import { measureQuality, type QualityFigures } from "./quality.ts";
import { describeSpeed } from "./report.ts";
import type { Scale } from "./scales.ts";
import { measureSpeed, type SpeedFigures, type SpeedResult } from "./speed.ts";
import { measureSync, type SyncFigures } from "./sync.ts";
import { measureUploads, type UploadFigures } from "./uploads.ts";
import type { MediaWorld } from "./world.ts";

/** Everything that was measured; what could not be is missing, and `errors` says why. */
export interface MediaFigures {
  live: SpeedFigures[];
  encoded: SpeedFigures[];
  copy?: SpeedFigures;
  /** Of the first that was encoded, and of the copy that was made afterwards. */
  quality: { encoded?: QualityFigures; copied?: QualityFigures };
  sync: { whole?: SyncFigures; hole?: SyncFigures };
  memory?: MemoryFigures;
  uploads?: UploadFigures;
  kills: KillFigures[];
  errors: string[];
}

/** What can be measured alone; the whole takes two hours of two cores. */
export const PARTS = ["live", "encoded", "copy", "sync", "memory", "kills", "uploads"] as const;
export type Part = (typeof PARTS)[number];

const VICTIMS: readonly Victim[] = ["execution", "manager", "bot"];

/** Measures the speeds one after the other, and then the rest, which takes the time that it takes. */
export async function measureAll(
  world: MediaWorld,
  scale: Scale,
  only: ReadonlySet<Part>,
  say: (sentence: string) => void,
): Promise<MediaFigures> {
  const figures: MediaFigures = {
    ...{ live: [], encoded: [], quality: {}, sync: {}, kills: [], errors: [] },
  };
  const attempt = attemptWith(figures.errors, say);
  if (only.has("live")) await measureLive(world, scale, figures, attempt);
  if (only.has("encoded")) await measureEncoded(world, scale, figures, attempt);
  if (only.has("copy")) await measureCopy(world, scale, figures, attempt);
  const [memory] = await Promise.all([
    only.has("memory") && attempt("memory and disk", () => measureMemory(world, scale.memory)),
    only.has("sync") && measureSyncs(world, scale, figures, attempt),
    only.has("kills") && measureKills(world, scale, figures, attempt),
  ]);
  // Everybody shares the way, so nobody else goes it meanwhile.
  const uploads =
    only.has("uploads") &&
    (await attempt("a bad way to the storage", () => measureUploads(world, scale.uploads)));
  return { ...figures, ...(memory && { memory }), ...(uploads && { uploads }) };
}

type Attempt = <T>(
  what: string,
  measure: () => Promise<T>,
  describe?: (result: T) => string,
) => Promise<T | undefined>;

/** Measures, and notes why where that cannot be done: the rest is measured all the same. */
function attemptWith(errors: string[], say: (sentence: string) => void): Attempt {
  return async (what, measure, describe) => {
    say(`Measuring ${what}`);
    try {
      const result = await measure();
      if (describe) say(describe(result));
      return result;
    } catch (error) {
      errors.push(`${what}: ${error instanceof Error ? error.message : error}`);
      return undefined;
    }
  };
}

async function measureLive(
  world: MediaWorld,
  { live }: Scale,
  figures: MediaFigures,
  attempt: Attempt,
): Promise<void> {
  for (const task of live) {
    const result = await attemptSpeed(world, task, attempt);
    if (result) figures.live.push(result.figures);
  }
}

async function measureEncoded(
  world: MediaWorld,
  { encoded }: Scale,
  figures: MediaFigures,
  attempt: Attempt,
): Promise<void> {
  for (const [index, task] of encoded.entries()) {
    const result = await attemptSpeed(world, task, attempt);
    if (!result) continue;
    figures.encoded.push(result.figures);
    if (index > 0) continue;
    const quality = await attempt("the quality", () => measureQuality(world, result));
    if (quality) figures.quality.encoded = quality;
  }
}

async function measureCopy(
  world: MediaWorld,
  { copy }: Scale,
  figures: MediaFigures,
  attempt: Attempt,
): Promise<void> {
  const result = await attemptSpeed(world, copy, attempt);
  if (!result) return;
  figures.copy = result.figures;
  const copied = await attempt("the quality", () => measureQuality(world, result));
  if (copied) figures.quality.copied = copied;
}

async function attemptSpeed(
  world: MediaWorld,
  task: Scale["copy"],
  attempt: Attempt,
): Promise<SpeedResult | undefined> {
  const what = `${task.minutes} min of ${task.codec}, converted ${task.conversion}`;
  return await attempt(
    what,
    () => measureSpeed(world, task),
    ({ figures }) => describeSpeed(figures),
  );
}

async function measureSyncs(
  world: MediaWorld,
  { sync, hole }: Scale,
  figures: MediaFigures,
  attempt: Attempt,
): Promise<void> {
  const [whole, withHole] = await Promise.all([
    attempt("the sync of claps", () => measureSync(world, sync)),
    attempt("the sync around a hole", () => measureSync(world, { ...sync, hole })),
  ]);
  figures.sync = { ...(whole && { whole }), ...(withHole && { hole: withHole }) };
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
