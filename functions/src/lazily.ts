/**
 * Makes a value when it is first asked for, and keeps it. A failure is told to who asked and forgotten:
 * the next call tries again.
 */
export function lazily<T>(make: () => T | Promise<T>): () => Promise<T> {
  let kept: Promise<T> | undefined;
  return () => {
    kept ??= attempt(make).catch((error: unknown) => {
      kept = undefined;
      throw error;
    });
    return kept;
  };
}

/** What `make` throws at once is a rejection, too. */
async function attempt<T>(make: () => T | Promise<T>): Promise<T> {
  return make();
}
