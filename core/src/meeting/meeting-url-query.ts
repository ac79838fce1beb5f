/** What mailings and advertisements put behind any link, and the remains of Google's own wrapper. */
const TRACKING =
  /^(utm_\w+|fbclid|gclid|gbraid|wbraid|dclid|msclkid|mc_cid|mc_eid|mkt_tok|yclid|ttclid|twclid|li_fat_id|igshid|_ga|_gl|from|sa|source|usd|usg|ust|ved)$/i;

/** A text with its percent-escapes read, or as it is where they are broken. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * A parameter of a link. Reads a plus as a plus: links are percent-encoded, not a form's, and passcodes
 * contain it.
 */
export function parameterOf({ search }: Pick<URL, "search">, name: string): string | undefined {
  const pair = pairsOf(search).find((pair) => nameOf(pair) === name);
  return pair?.includes("=") ? decode(pair.slice(pair.indexOf("=") + 1)) : undefined;
}

/**
 * A link's parameters without what tracks people and without `noise`, in their order; escapes are
 * written in capitals (RFC 3986, 6.2.2.1), and with `rewrite` the value of a parameter in one spelling.
 */
export function plainQuery(
  search: string,
  noise: RegExp,
  rewrite: (name: string, value: string) => string | undefined,
): string {
  const pairs = pairsOf(search).filter((pair) => {
    const name = nameOf(pair);
    return !TRACKING.test(name) && !noise.test(name);
  });
  const plain = pairs.map((pair) => {
    const value = rewrite(nameOf(pair), pair.slice(pair.indexOf("=") + 1));
    return value === undefined
      ? pair.replace(/%[0-9a-f]{2}/gi, (octet) => octet.toUpperCase())
      : `${nameOf(pair)}=${value}`;
  });
  return plain.length > 0 ? `?${plain.join("&")}` : "";
}

function pairsOf(search: string): string[] {
  return search
    .replace(/^\?/, "")
    .split("&")
    .filter((pair) => pair !== "");
}

function nameOf(pair: string): string {
  return decode(pair.split("=", 1)[0] ?? "");
}
