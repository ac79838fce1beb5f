/** Rules with one of their conditions replaced. */
export interface Mutation {
  /** Counted from 1. */
  line: number;
  condition: string;
  /** What stands in the condition's place: `true` lets more through, `false` less. */
  value: boolean;
  rules: string;
}

/** Every condition stands behind one of these, */
const HEAD = /^\s*(?:return|&&|\|\||allow [a-z, ]+: if) /;
/** or behind another one of its line. */
const BETWEEN = / (?:&&|\|\|) /;

/**
 * All rules in which one condition is met whatever is asked; and, of conditions that are not the only
 * way to be allowed something, all in which one never is.
 */
export function mutationsOf(rules: string): Mutation[] {
  const lines = rules.split("\n");
  return lines.flatMap((line, at) => {
    const isAlternative = /\|\||\ballow\b/.test(line + lines[at + 1]);
    const values = isAlternative ? [true, false] : [true];
    return conditionsOf(line).flatMap(({ condition, index }) =>
      values.map((value) => {
        const mutated = line.slice(0, index) + value + line.slice(index + condition.length);
        return { line: at + 1, condition, value, rules: lines.with(at, mutated).join("\n") };
      }),
    );
  });
}

/** What a line decides by, and where in it that is. */
function conditionsOf(line: string): { condition: string; index: number }[] {
  const head = HEAD.exec(line)?.[0];
  if (head === undefined) return [];
  let index = head.length;
  return line
    .slice(index)
    .replace(/;$/, "")
    .split(BETWEEN)
    .map((part) => {
      const condition = withoutLooseParentheses(part);
      index = line.indexOf(condition, index);
      return { condition, index };
    });
}

/** Those that a condition shares with its neighbours stand at one of its ends. */
function withoutLooseParentheses(part: string): string {
  const surplus = part.split("(").length - part.split(")").length;
  return surplus > 0 ? part.slice(surplus) : part.slice(0, part.length + surplus);
}
