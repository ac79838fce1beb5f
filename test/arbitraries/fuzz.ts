import { type Arbitrary, assert, asyncProperty } from "fast-check";

const MAX_SEED = 2 ** 31;
/** `FUZZ_SEED` repeats a run: every property in it gets the same inputs again. */
const SEED = Number(process.env["FUZZ_SEED"] ?? Date.now() % MAX_SEED);

/**
 * Declares a test that something holds for many inputs. The seed is printed when it starts; when it
 * fails, fast-check prints the seed too, with the smallest input that it could find.
 */
export function fuzz<T>(
  what: string,
  inputs: Arbitrary<T>,
  numRuns: number,
  check: (input: T) => void | Promise<void>,
): void {
  it(`${what} (${numRuns} inputs)`, async function () {
    this.timeout(60_000);
    process.stdout.write(`      FUZZ_SEED=${SEED}\n`);
    const property = asyncProperty(inputs, async (input) => check(input));
    await assert(property, { numRuns, seed: SEED });
  });
}
