const ESCAPES: Record<string, string> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
  "'": "\\'",
  '"': '\\"',
};

/** Writes variables as a dotenv file that firebase-tools reads back unchanged (its `functions/env`). */
export function formatDotenv(variables: Readonly<Record<string, string>>): string {
  const lines = Object.entries(variables).map(
    ([name, value]) => `${name}="${escapeValue(value)}"\n`,
  );
  return lines.join("");
}

function escapeValue(value: string): string {
  return value.replace(/[\n\r\t\v\\'"]/g, (character) => ESCAPES[character] ?? character);
}
