/** What no line of text may have, each as the end of a sentence. */
const RULES: readonly [problem: string, breaks: (text: string) => boolean][] = [
  ["is not well-formed Unicode", (text) => !text.isWellFormed()],
  ["contains control characters", (text) => /\p{Cc}|[\u2028\u2029]/u.test(text)],
  // Embeddings, overrides and isolates, which show a text otherwise than it is. The marks that
  // right-to-left scripts need (U+061C, U+200E, U+200F) turn nothing around.
  [
    "contains characters that turn the direction of writing",
    (text) => /[\u202a-\u202e\u2066-\u2069]/.test(text),
  ],
];

/** What is wrong with a line of text, as the end of a sentence; undefined when nothing is. */
export function lineProblem(
  text: string,
  maxCharacters = Number.POSITIVE_INFINITY,
): string | undefined {
  if (text.length > maxCharacters) return `is longer than ${maxCharacters} characters`;
  return RULES.find(([, breaks]) => breaks(text))?.[0];
}
