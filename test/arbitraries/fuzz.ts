import { type Arbitrary, array, assert, asyncProperty } from "fast-check";

const MAX_SEED = 2 ** 31;
const TIMEOUT_MS = 120_000;
/** What was found by then is told, even where a smaller input could be found. */
const SEARCH_MS = 100_000;
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
  declare(what, numRuns, inputs, numRuns, check);
}

/** As `fuzz`, for what takes several inputs at once: `check` gets as many as that. */
export function fuzzTogether<T>(
  what: string,
  inputs: Arbitrary<T>,
  { count, together }: { count: number; together: number },
  check: (inputs: T[]) => Promise<void>,
): void {
  const groups = array(inputs, { minLength: together, maxLength: together });
  declare(what, count, groups, Math.ceil(count / together), check);
}

function declare<T>(
  what: string,
  count: number,
  inputs: Arbitrary<T>,
  numRuns: number,
  check: (input: T) => void | Promise<void>,
): void {
  it(`${what} (${count} inputs)`, async function () {
    this.timeout(TIMEOUT_MS);
    process.stdout.write(`      FUZZ_SEED=${SEED}\n`);
    const property = asyncProperty(inputs, async (input) => check(input));
    await assert(property, {
      numRuns,
      seed: SEED,
      interruptAfterTimeLimit: SEARCH_MS,
      markInterruptAsFailure: true,
    }).catch(putCauseFirst);
  });
}

/** What was wrong, before which input it was: mocha's parallel runs lose an error's cause. */
function putCauseFirst(error: Error): never {
  const { cause, message } = error;
  throw cause instanceof Error ? new Error(`${cause.message}\n${cause.stack}\n${message}`) : error;
}
