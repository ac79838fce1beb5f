/** What a series of measurements comes to, in their unit. */
export interface Summary {
  count: number;
  p50: number;
  p95: number;
  max: number;
}

/** Sums up at least one measurement; percentiles by nearest rank. */
export function summarize(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
  return { count: sorted.length, p50: rank(0.5), p95: rank(0.95), max: rank(1) };
}
