import { isMap } from "../map.ts";
import { type Instant, isTimestamp } from "../time.ts";
import type { Problem, Reader } from "./fields.ts";
import { TEXT_LIMITS } from "./text-limits.ts";
import { instantIn, localTimeOf } from "./zones.ts";

/** Why a time cannot be used: a code, and the end of a sentence that says what to write. */
type Unusable = Omit<Problem, "field">;

const SUCH_AS = "a text such as 2030-01-31T09:00:00Z";
const PROBLEMS = {
  "not-a-time": `must be a Timestamp, ${SUCH_AS} or a map of \`dateTime\` and \`timeZone\``,
  "bare-number": `is a number, which may mean seconds or milliseconds: write a Timestamp or ${SUCH_AS}`,
  "all-day": `is a day without a time: write when the meeting begins and ends, in ${SUCH_AS}`,
  "no-offset":
    "is local time without a zone: add its offset, as Z or +01:00, or write its zone, such as Europe/Berlin, into `timezone`",
  "unknown-zone":
    "is local time in a zone that nobody knows: write one such as Europe/Berlin or W. Europe Standard Time",
  "unknown-offset": "has an offset that no place has: write one such as Z or +01:00",
  "no-such-time": "is a day or an hour that does not exist",
  "out-of-range": "must lie between the years 1 and 9999",
} as const;

/** The date, the time to nine digits of a second, and the offset: `Z`, `+01`, `+0100`, `+01:00` or none. */
const TEXT =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?: ?(?:([Zz])|([+-]\d\d)(?::?(\d\d))?))?$/;
const DAY_TEXT = /^\d{4}-\d\d-\d\d$/;
/** What Firestore can store. */
const FIRST_INSTANT = Date.parse("0001-01-01T00:00:00Z");
const LAST_INSTANT = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * A time as people and calendars write it: a Timestamp; ISO 8601 text with an offset, or local time in
 * the document's `timezone`; a map of `dateTime` and `timeZone`, as Microsoft Graph and Google Calendar
 * have it. `null` and the empty text count as absent.
 */
export const readTime: Reader<Instant> = (document, field, problems) => {
  const value = document[field];
  if (isNothing(value)) return undefined;
  if (isTimestamp(value)) return value.toMillis();
  const read = understand(value, document["timezone"]);
  if (typeof read === "number") return read;
  problems.push({ field, ...read });
  return undefined;
};

function understand(value: unknown, timezone: unknown): Instant | Unusable {
  if (typeof value === "number" || typeof value === "bigint") return unusable("bare-number");
  if (typeof value === "string") return readWritten(value, timezone);
  if (!isMap(value)) return unusable("not-a-time");
  const { dateTime, timeZone, date } = value;
  if (typeof dateTime === "string") {
    return readWritten(dateTime, isNothing(timeZone) ? timezone : timeZone);
  }
  return unusable(typeof date === "string" ? "all-day" : "not-a-time");
}

/** The offset decides; the zone does where there is none. */
function readWritten(text: string, zone: unknown): Instant | Unusable {
  if (DAY_TEXT.test(text)) return unusable("all-day");
  const [, year, month, day, hour, minute, second = 0, fraction = "", utc, hours, minutes = "00"] =
    TEXT.exec(text) ?? [];
  if (year === undefined) return unusable("not-a-time");
  const millisecond = Number(fraction.slice(0, 3).padEnd(3, "0"));
  const clock = [Number(hour), Number(minute), Number(second), millisecond] as const;
  const local = localTimeOf(Number(year), Number(month), Number(day), ...clock);
  if (!local) return unusable("no-such-time");
  const offset = utc ? "UTC" : hours && `${hours}:${minutes}`;
  if (offset === undefined && isNothing(zone)) return unusable("no-offset");
  const at = instantIn(local, offset ?? nameOf(zone));
  if (at === undefined) return unusable(offset ? "unknown-offset" : "unknown-zone");
  return at >= FIRST_INSTANT && at <= LAST_INSTANT ? at : unusable("out-of-range");
}

/** What is no name, or too long for one, is the name of no zone. */
function nameOf(zone: unknown): string {
  return typeof zone === "string" && zone.length <= TEXT_LIMITS.timezone ? zone : "";
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

function unusable(code: keyof typeof PROBLEMS): Unusable {
  return { code, message: PROBLEMS[code] };
}
