import { GeoPoint, Timestamp } from "@google-cloud/firestore";
import fc, { type Arbitrary } from "fast-check";
import { hostileTexts } from "./texts.ts";

/** A map in a map, as deep as that. */
const nested = fc.integer({ min: 1, max: 200 }).map((depth) => {
  let map: Record<string, unknown> = {};
  for (let level = 1; level < depth; level += 1) map = { deeper: map };
  return map;
});

/** Whatever a JSON text can say. */
export const oddJson: Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: hostileTexts },
  { weight: 3, arbitrary: fc.constantFrom<unknown>(null, true, false, 0, -1, 0.5, 1e308, [], {}) },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3, stringUnit: "binary" }) },
  { weight: 1, arbitrary: nested },
  {
    weight: 1,
    arbitrary: fc.array(fc.constantFrom<unknown>(null, 7, "x", {}), { maxLength: 300 }),
  },
);

/** An instant as Firestore keeps it: from year 1 to 9999. */
export const timestamps: Arbitrary<Timestamp> = fc
  .date({
    min: new Date("0001-01-01T00:00:00Z"),
    max: new Date("9999-12-31T23:59:59Z"),
    noInvalidDate: true,
  })
  .map((date) => Timestamp.fromDate(date));

/** Firestore has no list in a list. */
function withoutNestedLists(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => withoutNestedLists(Array.isArray(item) ? { item } : item));
  }
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([name, field]) => [name, withoutNestedLists(field)]);
  return Object.fromEntries(fields);
}

/** Whatever a field of a Firestore document can hold. */
export const oddFields: Arbitrary<unknown> = fc.oneof(
  { weight: 5, arbitrary: oddJson.map(withoutNestedLists) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0) },
  { weight: 1, arbitrary: timestamps },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.constant(new GeoPoint(1, 2)) },
);

/** What is usual, most of the time, and otherwise something odd. */
export function mostly<T>(usual: Arbitrary<T>, odd: Arbitrary<unknown>): Arbitrary<unknown> {
  return fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: odd });
}

/** A map with all of these fields, as a JSON text or a document has it. */
export function mapOf(
  fields: Record<string, Arbitrary<unknown>>,
): Arbitrary<Record<string, unknown>> {
  return fc.record(fields, { noNullPrototype: true });
}
