import type { MediaFigures } from "./measure.ts";
import type { SpeedFigures } from "./speed.ts";
import { MEBIBYTE } from "./units.ts";
import type { Check } from "./verdict.ts";

/** The figures for programs; what could not be measured is null. */
export function toJson(figures: MediaFigures, ok: boolean): object {
  const { live, encoded, copy, quality, sync, memory, uploads, kills, errors } = figures;
  const byLength = (of: (figures: SpeedFigures) => number) =>
    Object.fromEntries(live.map((length) => [length.minutes, of(length)]));
  const judged = encoded.find(({ speedup }) => speedup !== undefined);
  return {
    live_speedup: judged?.speedup ?? null,
    copy_speedup: copy?.speedup ?? null,
    live_seconds: byLength(({ seconds }) => seconds),
    encoded_seconds: Object.fromEntries(encoded.map(({ minutes, seconds }) => [minutes, seconds])),
    baseline_seconds: judged?.baselineSeconds ?? null,
    copy_seconds: copy?.seconds ?? null,
    stored_bytes: byLength(({ storedBytes }) => storedBytes),
    upload_mib_per_second: byLength(({ mebibytesPerSecond }) => mebibytesPerSecond),
    peak_rss_mib: memory?.peakRssMebibytes ?? null,
    parent_rss_mib: memory?.parentRssMebibytes ?? null,
    rss_growth_mib: memory?.growthMebibytes ?? null,
    ssim_difference: quality.encoded?.ssimDifference ?? null,
    max_seconds_lost: most(kills.map(({ secondsLost }) => secondsLost)),
    max_bytes_lost: most(kills.map(({ bytesLost = 0 }) => bytesLost)),
    ...{ quality, sync, memory: memory ?? null, uploads: uploads ?? null, kills, errors, ok },
  };
}

/** The figures for people: the speeds, then what was held against a bound. */
export function toTable({ live, encoded, copy }: MediaFigures, checks: readonly Check[]): string {
  const speeds = [...live, ...encoded, ...(copy ? [copy] : [])].map(describeSpeed);
  const width = Math.max(...checks.map(({ what }) => what.length));
  const rows = checks.map(({ what, measured, bound, ok }) =>
    [what.padEnd(width), measured.padStart(20), bound.padEnd(24), ok ? "" : "MISSED"]
      .join("  ")
      .trimEnd(),
  );
  return ["From the end of the recording to both outputs stored:", ...speeds, "", ...rows].join(
    "\n",
  );
}

/** How long the recordings of one length took, in a line. */
export function describeSpeed(figures: SpeedFigures): string {
  const { minutes, codec, conversion, seconds, baselineSeconds, speedup } = figures;
  return [
    `${minutes} min ${codec}, ${conversion}`.padEnd(24),
    `${seconds.toFixed(2)} s`.padStart(10),
    (baselineSeconds ? `baseline ${baselineSeconds.toFixed(2)} s` : "").padStart(20),
    (speedup ? `${speedup.toFixed(1)} ×` : "").padStart(10),
    `${(figures.storedBytes / MEBIBYTE).toFixed(1)} MiB at ${figures.mebibytesPerSecond.toFixed(0)} MiB/s`,
  ].join("  ");
}

function most(values: readonly number[]): number | null {
  return values.length > 0 ? Math.max(...values) : null;
}
