/** Waits for all of them, also when one fails: none may go on behind the next test's back. Rejects as the first one does. */
export async function allDone(running: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(running);
  await Promise.all(running);
}
