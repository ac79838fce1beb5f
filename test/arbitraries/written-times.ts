import fc, { type Arbitrary } from "fast-check";

const WRITERS: readonly ((iso: string) => unknown)[] = [
  (iso) => iso,
  (iso) => iso.replace("T", " ").replace("Z", "+0000"),
  (iso) => ({ dateTime: iso.replace("Z", "0000"), timeZone: "W. Europe Standard Time" }),
  (iso) => ({ dateTime: iso.replace("Z", "+00"), timeZone: "Europe/Berlin" }),
  (iso) => ({ dateTime: iso.replace("Z", ""), timeZone: "America/New_York" }),
];

/** The same dates as people and calendars write them: good forms of times alone. */
export function writtenTimes(dates: Arbitrary<Date>): Arbitrary<unknown> {
  return fc
    .tuple(dates, fc.constantFrom(...WRITERS))
    .map(([date, write]) => write(date.toISOString()));
}
