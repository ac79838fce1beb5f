import { create, toZonedDateTime } from "temporal-polyfill/fns/PlainDateTime";
import type { Instant } from "../time.ts";
import { WINDOWS_ZONES } from "./windows-zones.ts";

/** What a clock on the wall shows, wherever it hangs. */
export type LocalTime = ReturnType<typeof create>;

/** A local time of its parts, year first, milliseconds last; undefined where no calendar or clock has it. */
export function localTimeOf(
  year: number,
  month: number,
  day: number,
  ...clock: [hour: number, minute: number, second: number, millisecond: number]
): LocalTime | undefined {
  return unlessOutOfRange(() => create(year, month, day, ...clock));
}

/**
 * When a local time is in a zone: an IANA zone, one of Windows, `UTC` or an offset such as `+01:00`, in
 * any case; undefined where nobody knows the zone. Of an hour that comes twice it is the first one; what
 * is skipped is as much later as is skipped (Temporal's `compatible`).
 */
export function instantIn(local: LocalTime, zone: string): Instant | undefined {
  const id = WINDOWS.get(zone.toLowerCase()) ?? zone;
  return unlessOutOfRange(
    () => toZonedDateTime(local, id, { disambiguation: "compatible" }).epochMilliseconds,
  );
}

const WINDOWS: ReadonlyMap<string, string> = new Map(
  Object.entries(WINDOWS_ZONES).map(([name, zone]) => [name.toLowerCase(), zone]),
);

function unlessOutOfRange<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
