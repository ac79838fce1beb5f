import fc, { type Arbitrary } from "fast-check";

/** Stands for what must never be told to anybody: passwords, the query of a link. */
export const SECRET = "s3cret.hunter2";

/** Texts that have been trouble somewhere. */
const NOTORIOUS = [
  "",
  " ",
  "\0",
  "a\0b",
  "a\r\nSet-Cookie: b",
  "\u202egpj.exe",
  "\u2066\u2069",
  "\u200b",
  "\ufeff",
  "\ud800",
  "\udc00\ud800",
  "..",
  "../../etc/passwd",
  "..\\..\\windows",
  "/etc/passwd",
  "//x",
  "a//b",
  "a/",
  ".",
  "__proto__",
  "constructor",
  "toString",
  "__name__",
  "%2e%2e%2f",
  "%00",
  "$(id)",
  "$(BOT_SCOPE)",
  "`id`",
  "$HOME",
  "A=B",
  "A=B\nLD_PRELOAD=/tmp/x",
  "gs://theirs/x",
  ".well-known/acme-challenge/x",
  "<script>alert(1)</script>",
  "'; DROP TABLE meetings; --",
  "NaN",
  "null",
  "é".normalize("NFD").repeat(50),
  "👩‍👩‍👧‍👦".repeat(20),
  SECRET,
];

/** A text that is longer than anything may be. */
const long = fc
  .tuple(fc.constantFrom("x", "ü", "a/", "👾", "\u202e"), fc.integer({ min: 100, max: 40_000 }))
  .map(([unit, count]) => unit.repeat(count));

/** A text of 16-bit units that need make no characters. */
const broken = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
  .map((units) => String.fromCharCode(...units));

/** Any text, most of them hostile. */
export const hostileTexts: Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NOTORIOUS) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 1, arbitrary: broken },
  { weight: 1, arbitrary: long },
);

/** A text that nobody would mind. */
export const plainTexts: Arbitrary<string> = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9 ._-]{0,30}$/);
