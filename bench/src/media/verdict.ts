import type { MediaFigures, Part } from "./measure.ts";
import type { QualityFigures } from "./quality.ts";
import type { SpeedFigures } from "./speed.ts";
import type { SyncFigures } from "./sync.ts";
import { MEBIBYTE } from "./units.ts";

/** One line of the table. */
export interface Check {
  what: string;
  measured: string;
  bound: string;
  ok: boolean;
  /** Says something at full length only, on a machine that does nothing else. */
  fullOnly?: boolean;
}

const BOUNDS = {
  liveSpeedup: 50,
  copySpeedup: 10,
  flatSeconds: 2,
  ssimDifference: 0.002,
  syncMs: 40,
  durationMs: 50,
  rssMebibytes: 200,
  growthMebibytes: 30,
  excessMebibytes: 1,
  lostSeconds: 15,
  lostBytes: 8 * MEBIBYTE,
};

/** Holds the figures of some parts against their bounds; what was not measured is not within them. */
export function judge(figures: MediaFigures, only: ReadonlySet<Part>): Check[] {
  return [
    ...[...only].flatMap((part) => JUDGES[part](figures)),
    ...figures.errors.map((error) => ({
      ...{ what: "not measured", measured: error, bound: "none", ok: false },
    })),
  ];
}

const JUDGES: Record<Part, (figures: MediaFigures) => Check[]> = {
  live: judgeLive,
  encoded: judgeEncoded,
  copy: judgeCopy,
  sync: ({ sync }) => [
    ...judgeSync("sync", sync.whole),
    ...judgeSync("sync with a hole", sync.hole),
  ],
  memory: judgeMemory,
  kills: judgeKills,
  uploads: judgeUploads,
};

function judgeLive({ live }: MediaFigures): Check[] {
  const rests = live.map(withoutUpload);
  const spread = rests.length > 0 ? Math.max(...rests) - Math.min(...rests) : undefined;
  const flat = atMost("live, shortest to longest without upload, s", spread, BOUNDS.flatSeconds);
  return [{ ...flat, fullOnly: true }];
}

function judgeEncoded({ encoded, quality }: MediaFigures): Check[] {
  const speedup = encoded.find((figures) => figures.speedup !== undefined)?.speedup;
  return [
    {
      ...atLeast("live, times faster than the baseline", speedup, BOUNDS.liveSpeedup),
      fullOnly: true,
    },
    ...judgeQuality("encoded", quality.encoded),
  ];
}

function judgeCopy({ copy, quality }: MediaFigures): Check[] {
  return [
    {
      ...atLeast("copied afterwards, times faster", copy?.speedup, BOUNDS.copySpeedup),
      fullOnly: true,
    },
    ...judgeQuality("copied", quality.copied),
  ];
}

function withoutUpload({ seconds, storedBytes, mebibytesPerSecond }: SpeedFigures): number {
  return seconds - storedBytes / MEBIBYTE / mebibytesPerSecond;
}

function judgeQuality(name: string, figures: QualityFigures | undefined): Check[] {
  return [
    atMost(`${name}, SSIM below the baseline's`, figures?.ssimDifference, BOUNDS.ssimDifference),
    exactly(`${name}, frames`, figures?.frames.stored, figures?.frames.source),
    exactly(`${name}, same size`, figures?.sameSize, true),
    atMost(`${name}, duration off, ms`, absolute(figures?.durationErrorMs), BOUNDS.durationMs),
  ];
}

function judgeSync(what: string, figures: SyncFigures | undefined): Check[] {
  return [
    atMost(`${what}, at the start, ms`, absolute(figures?.atStartMs), BOUNDS.syncMs),
    atMost(`${what}, at the end, ms`, absolute(figures?.atEndMs), BOUNDS.syncMs),
    atMost(`${what}, at worst, ms`, absolute(figures?.worstMs), BOUNDS.syncMs),
  ];
}

function judgeMemory({ memory }: MediaFigures): Check[] {
  return [
    atMost("memory of the manager, MiB", memory?.peakRssMebibytes, BOUNDS.rssMebibytes),
    {
      ...atMost("memory, growth, MiB", memory?.growthMebibytes, BOUNDS.growthMebibytes),
      // The first half of a short recording is the start of the process.
      fullOnly: true,
    },
    atMost(
      "scratch above recording and outputs, MiB",
      memory?.excessMebibytes,
      BOUNDS.excessMebibytes,
    ),
  ];
}

function judgeUploads({ uploads }: MediaFigures): Check[] {
  return [
    exactly("bad way, objects", uploads?.objects.join(" "), "audio.m4a video.mp4"),
    exactly("bad way, right bytes", uploads?.rightBytes, true),
    atLeast("bad way, requests that failed", uploads?.failed, 1),
    atLeast("bad way, connections that broke", uploads?.broken, 2),
  ];
}

function judgeKills({ kills }: MediaFigures): Check[] {
  return kills.flatMap((kill) => {
    const { victim, atSeconds, status, secondsLost, bytesLost = 0, plays, gapListed } = kill;
    const who = `${victim} killed at ${atSeconds.toFixed(1)} s`;
    // "The last 15 s or 8 MiB": whichever is less has been stored.
    return [
      exactly(`${who}, status`, status, "done"),
      atMost(`${who}, seconds lost`, secondsLost, BOUNDS.lostSeconds),
      atMost(`${who}, bytes not in a part`, bytesLost, BOUNDS.lostBytes),
      exactly(`${who}, plays`, plays, true),
      exactly(`${who}, gap listed`, gapListed, true),
      exactly(`${who}, stray objects`, kill.strayParts.length, 0),
    ];
  });
}

function absolute(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.abs(value);
}

function atMost(what: string, value: number | undefined, bound: number | undefined): Check {
  const ok = value !== undefined && bound !== undefined && value <= bound;
  return { what, measured: show(value), bound: `≤ ${show(bound)}`, ok };
}

function atLeast(what: string, value: number | undefined, bound: number): Check {
  return { what, measured: show(value), bound: `≥ ${bound}`, ok: (value ?? 0) >= bound };
}

function exactly<T>(what: string, value: T | undefined, wanted: T | undefined): Check {
  const ok = value !== undefined && value === wanted;
  return { what, measured: show(value), bound: `= ${show(wanted)}`, ok };
}

function show(value: unknown): string {
  if (value === undefined) return "–";
  return typeof value === "number" ? String(Math.round(value * 10_000) / 10_000) : String(value);
}
