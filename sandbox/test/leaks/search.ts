/** A text that only few may see. */
export interface Mark {
  /** What it is, in words that may be printed. */
  name: string;
  value: string;
  /** The places where it belongs, by their names. It must not be in any other. */
  belongs: readonly RegExp[];
}

/** Something that somebody could read. */
export interface Place {
  name: string;
  bytes: Buffer;
}

/** How a mark is written down. */
export type Encoding = "plain" | "percent-encoded" | "base64" | "hex";

/** That a mark is in a place. */
export interface Sighting {
  mark: Mark;
  place: Place;
  encoding: Encoding;
}

/** Shorter ones could be anywhere by chance. */
const LEAST_CHARACTERS = 12;

/** Finds every mark in every place, whether it belongs there or not, in the first encoding that fits. */
export function findMarks(marks: readonly Mark[], places: readonly Place[]): Sighting[] {
  const short = marks.find(({ value }) => value.length < LEAST_CHARACTERS);
  if (short) throw new Error(`The ${short.name} is too short to be looked for.`);
  return places.flatMap((place) => {
    const readings = readingsOf(place.bytes);
    return marks.flatMap((mark) => {
      const encoding = ENCODINGS.find((name) => LOOKS[name](readings, mark.value));
      return encoding ? [{ mark, place, encoding }] : [];
    });
  });
}

/** The sightings where nothing may be seen, a line each, without the value of any mark. */
export function describeLeaks(sightings: readonly Sighting[]): string[] {
  const marks = new Set(sightings.map(({ mark }) => mark));
  const hide = (text: string) =>
    [...marks].reduce((hidden, { name, value }) => hidden.replaceAll(value, `<${name}>`), text);
  return sightings
    .filter(({ mark, place }) => !mark.belongs.some((pattern) => pattern.test(place.name)))
    .map(({ mark, place, encoding }) => `${mark.name} (${encoding}) in ${hide(place.name)}`);
}

/** Where marks belong and are not, a line each: a search that does not look there would find nothing, either. */
export function describeAbsences(marks: readonly Mark[], sightings: readonly Sighting[]): string[] {
  return marks.flatMap((mark) => {
    const seen = sightings.filter((sighting) => sighting.mark === mark);
    return mark.belongs
      .filter((pattern) => !seen.some(({ place }) => pattern.test(place.name)))
      .map((pattern) => `${mark.name} not in ${pattern}`);
  });
}

/** The bytes of a place in the ways in which marks are looked for. */
interface Readings {
  lower: string;
  /** Without percent-encoding, however often it was applied. */
  decoded: string;
  /** The same with its letters as they are, and base64 in its usual alphabet. */
  base64: string;
}

function readingsOf(bytes: Buffer): Readings {
  const text = bytes.toString("latin1");
  const decoded = text.replaceAll(/%(?:25)*([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const base64 = decoded.replaceAll("-", "+").replaceAll("_", "/");
  return { lower: text.toLowerCase(), decoded: decoded.toLowerCase(), base64 };
}

const LOOKS: Readonly<Record<Encoding, (readings: Readings, value: string) => boolean>> = {
  plain: ({ lower }, value) => lower.includes(value.toLowerCase()),
  "percent-encoded": ({ decoded }, value) => decoded.includes(value.toLowerCase()),
  base64: ({ base64 }, value) => base64Forms(value).some((form) => base64.includes(form)),
  hex: ({ decoded }, value) => decoded.includes(Buffer.from(value).toString("hex")),
};
const ENCODINGS = Object.keys(LOOKS) as Encoding[];

/**
 * What base64 makes of a value behind 0, 1 or 2 bytes of something else, without the characters that
 * also depend on what is around it: a character stands for six bits.
 */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    const whole = Math.floor(((before + bytes.length) * 8) / 6);
    return encoded.slice(Math.ceil((before * 8) / 6), whole);
  });
}
