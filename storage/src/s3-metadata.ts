/** Marks an encoded value, as the extended header values of RFC 8187 do. */
const MARK = "utf-8''";

/** What goes through headers and signatures unharmed: printable ASCII, no space at an end or beside another. */
const PLAIN = /^(?! )(?:[\x21-\x7e]| (?! |$))*$/;

/** Makes values fit for S3's user metadata, which are headers; `fromUserMetadata` gives them back as they were. */
export function toUserMetadata(values: Readonly<Record<string, string>>): Record<string, string> {
  return mapValues(values, (value) =>
    PLAIN.test(value) && !value.startsWith(MARK) ? value : MARK + encodeURIComponent(value),
  );
}

/** Reads values that `toUserMetadata` made; what others have stored stays as it is. */
export function fromUserMetadata(
  stored: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return mapValues(stored, (value) => (value.startsWith(MARK) ? decode(value) : value));
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value.slice(MARK.length));
  } catch {
    return value;
  }
}

function mapValues(values: Readonly<Record<string, string>>, map: (value: string) => string) {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
}
