import { ATTEMPTS } from "./mutations/attempts.ts";
import { LINKS } from "./mutations/links.ts";
import { ROOMS } from "./mutations/rooms.ts";
import { TELLING } from "./mutations/telling.ts";

/** A mend that is taken back: the source file with one piece of its text replaced. */
export interface Mutation {
  name: string;
  /** What goes wrong without the mend. */
  fault: string;
  /** Below `core/src`. */
  file: string;
  /** Occurs once in the file, however its blanks and line breaks are. */
  find: string;
  replace: string;
  /** The test file below `core/test` that shows the fault, where stories cannot. */
  shownBy?: string;
}

/** Every mend that something is to notice the lack of. */
export const MUTATIONS: readonly Mutation[] = [...LINKS, ...ROOMS, ...ATTEMPTS, ...TELLING];

/** The mutation of a name. */
export function mutationOf(name: string): Mutation {
  const mutation = MUTATIONS.find((one) => one.name === name);
  if (!mutation) throw new TypeError(`There is no mutation "${name}".`);
  return mutation;
}

/** The source without the mend. Throws where the text to replace is not there, or is there twice. */
export function mutate(source: string, { name, file, find, replace }: Mutation): string {
  const pieces = source.split(patternOf(find));
  if (pieces.length !== 2) {
    const found = `${pieces.length - 1} times instead of once`;
    throw new TypeError(`"${name}": ${file} has the text to replace ${found}: ${find}`);
  }
  return pieces.join(replace);
}

/** The formatter breaks lines where it likes. */
function patternOf(find: string): RegExp {
  const words = find.trim().split(/\s+/);
  return new RegExp(words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("\\s+"));
}
