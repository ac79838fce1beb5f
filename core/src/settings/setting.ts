/** One environment variable: how it is called, read, checked and explained. */
export interface Setting<T> {
  readonly name: string;
  readonly description: string;
  /** Absent for a variable that must be set. */
  readonly fallback?: T;
  /** Variables of the platform that are asked before the fallback, in this order. */
  readonly inherits?: readonly string[];
  /** What values are allowed, as the end of a sentence: "a whole number of at least 1". */
  readonly allowed: string;
  /** The value that `text` stands for, or `undefined` when it is not allowed. */
  parse(text: string): T | undefined;
}

type Explained<T> = Pick<Setting<T>, "description" | "fallback" | "inherits">;

/** A line of text. */
export function text(name: string, options: Explained<string>): Setting<string> {
  return {
    name,
    ...options,
    allowed: "a text that is not empty",
    parse: (value) => value || undefined,
  };
}

/** A text of a certain form, which `allowed` puts into words. */
export function pattern(
  name: string,
  options: Explained<string> & { form: RegExp; allowed: string },
): Setting<string> {
  const { form, ...explained } = options;
  return { name, ...explained, parse: (value) => (form.test(value) ? value : undefined) };
}

/** One of several words. */
export function oneOf<const T extends string>(
  name: string,
  values: readonly T[],
  options: Explained<T>,
): Setting<T> {
  const parse = (value: string) => values.find((known) => known === value);
  return { name, ...options, allowed: `one of ${values.join(", ")}`, parse };
}

/** Words, separated by commas. */
export function list(
  name: string,
  options: Explained<readonly string[]>,
): Setting<readonly string[]> {
  return {
    name,
    ...options,
    allowed: "words, separated by commas",
    parse: (value) => {
      const words = value.split(",").map((word) => word.trim());
      return words.every((word) => word !== "") ? words : undefined;
    },
  };
}

/** A number within bounds, whole unless `fraction` is set. */
export function number(
  name: string,
  options: Explained<number> & { min: number; max?: number; fraction?: boolean },
): Setting<number> {
  const { min, max = Number.MAX_SAFE_INTEGER, fraction = false, ...explained } = options;
  const kind = fraction ? "a number" : "a whole number";
  const bounds = options.max === undefined ? `of at least ${min}` : `from ${min} to ${max}`;
  return {
    name,
    ...explained,
    allowed: `${kind} ${bounds}`,
    parse: (value) => {
      const parsed = Number(value);
      const fits = value.trim() !== "" && parsed >= min && parsed <= max;
      return fits && (fraction || Number.isInteger(parsed)) ? parsed : undefined;
    },
  };
}
