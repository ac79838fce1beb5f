import { expect } from "chai";

/** Declares a test of each command line that cannot be, with a part of what is said of it. */
export function testWrongCommandLines(
  parse: (args: string[]) => unknown,
  wrong: readonly [line: string, told: string][],
): void {
  for (const [line, told] of wrong) {
    it(`cannot be "${line}"`, () => {
      expect(() => parse(line.split(" ").filter(Boolean))).to.throw(told);
    });
  }
}
