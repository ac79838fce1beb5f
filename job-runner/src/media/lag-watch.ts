/** A measurement: how far behind the recording the conversion is. */
interface Sample {
  readonly atMs: number;
  readonly lagSeconds: number;
}

/** Bytes come every two seconds and x264 looks two seconds ahead: less is no lag. */
const MAX_LAG_SECONDS = 10;
/** The least lag of one window is compared with that of the window before. */
const WINDOW_MS = 5000;
const MIN_GROWTH_SECONDS = 0.5;
/** Later it costs more to throw away what is done than to wait a little longer at the end. */
const PATIENCE_MS = 120_000;

/**
 * Makes a watch over the lag of one run of ffmpeg. Given a measurement, in order of time, it says
 * whether the run should start again, faster: far behind and falling further, early in its life.
 */
export function createLagWatch(startedAtMs: number): (sample: Sample) => boolean {
  let samples: Sample[] = [];
  return (sample) => {
    const { atMs } = sample;
    if (atMs - startedAtMs > PATIENCE_MS) return false;
    samples = [...samples.filter((past) => atMs - past.atMs < 2 * WINDOW_MS), sample];
    const [before, now] = [
      samples.filter((past) => atMs - past.atMs >= WINDOW_MS),
      samples.filter((past) => atMs - past.atMs < WINDOW_MS),
    ].map((window) => Math.min(...window.map(({ lagSeconds }) => lagSeconds)));
    const isWatched = atMs - startedAtMs >= 2 * WINDOW_MS;
    if (!isWatched || before === undefined || now === undefined) return false;
    return now > MAX_LAG_SECONDS && now - before >= MIN_GROWTH_SECONDS;
  };
}
