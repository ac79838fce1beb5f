import fc, { type Arbitrary } from "fast-check";
import { hostileTexts } from "./texts.ts";

/** A request as it goes over the wire. */
export interface WireRequest {
  method: string;
  /** Path and query, as they are sent. */
  target: string;
  /** A character is a byte. */
  headers: Record<string, string>;
  body: Buffer;
}

/** Every byte that a header's value may have. */
const HEADER_BYTES = ["\t", ...characters(0x20, 0x7e), ...characters(0x80, 0xff)];
/** Every byte that Node's server takes as a part of an address. */
const TARGET_BYTES = characters(0x21, 0x7e);

const DEPTH = 10_000;
const TROUBLE = [
  "",
  "{",
  "null",
  "NaN",
  "1e400",
  "-0",
  '"\\ud800"',
  "\ufeff{}",
  '{"a":1}{"b":2}',
  '{"__proto__":{"status":"completed"},"constructor":{"prototype":{}}}',
  "[".repeat(3 * DEPTH),
  "[".repeat(DEPTH) + "]".repeat(DEPTH),
  `${'{"a":'.repeat(DEPTH)}1${"}".repeat(DEPTH)}`,
].map((text) => Buffer.from(text));

/** Values of headers: any that HTTP allows. */
export const headerTexts: Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "a b",
    "a, b",
    "..",
    "a/b",
    "__x__",
    "__proto__",
    "\xff\xfe",
    "\xc3\xa9",
  ),
  fc
    .constantFrom("x", "\xe9")
    .chain((unit) =>
      fc.constantFrom(255, 256, 1500, 1501, 4000).map((count) => unit.repeat(count)),
    ),
  fc.string({ unit: fc.constantFrom(...HEADER_BYTES), maxLength: 60 }),
);

/** Parts of addresses, between slashes or in a query: encoded well, encoded twice, not at all, wrongly. */
export const targetTexts: Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ".",
    "..",
    "%2e%2e",
    "a%2fb",
    "%2F",
    "a%5cb",
    "%00",
    "%zz",
    "%",
    "%c3%28",
    "%ed%a0%80",
  ),
  fc.constantFrom(
    "__x__",
    "__proto__",
    "constructor",
    "%5f_x__",
    "*",
    "a:b",
    "a;b",
    "a+b",
    "a%20b",
  ),
  fc.constantFrom(1500, 1501, 6000).map((length) => "x".repeat(length)),
  hostileTexts.map((text) => encodeURIComponent(text.slice(0, 500).toWellFormed())),
  hostileTexts.map((text) =>
    encodeURIComponent(encodeURIComponent(text.slice(0, 100).toWellFormed())),
  ),
  fc.string({ unit: fc.constantFrom(...TARGET_BYTES), maxLength: 40 }),
);

/** Bodies that say one of these values, or begin to, or fail at a byte, and others that say none. */
export function jsonBodies(values: Arbitrary<unknown>): Arbitrary<Buffer> {
  const whole = values.map((value) => Buffer.from(JSON.stringify(value)));
  const at = fc.nat();
  const cut = fc
    .tuple(whole, at)
    .map(([bytes, end]) => bytes.subarray(0, end % (bytes.length + 1)));
  const struck = fc
    .tuple(whole, at, fc.integer({ min: 0, max: 255 }))
    .map(([bytes, where, byte]) => Buffer.from(bytes.with(where % bytes.length, byte)));
  return fc.oneof(
    { weight: 12, arbitrary: whole },
    { weight: 1, arbitrary: cut },
    { weight: 1, arbitrary: struck },
    { weight: 1, arbitrary: fc.constantFrom(...TROUBLE) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)) },
  );
}

/** Maps of which one field was replaced, left out, or added. */
export function spoilt(
  maps: Arbitrary<Record<string, unknown>>,
  fields: readonly string[],
  odd: Arbitrary<unknown>,
): Arbitrary<Record<string, unknown>> {
  const names = fc.constantFrom(...fields, "__proto__", "constructor", "status");
  const values = fc.oneof(
    { weight: 9, arbitrary: odd },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
  // A name such as `__proto__` is a field like any other that way.
  return fc
    .tuple(maps, names, values)
    .map(([map, name, value]) => Object.fromEntries([...Object.entries(map), [name, value]]));
}

function characters(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => String.fromCharCode(first + index));
}
