/** Runs something and tells all that it wrote to this process's output meanwhile, which stays quiet. */
export async function captureLogs(run: () => Promise<unknown>): Promise<string> {
  const written: string[] = [];
  const streams = [process.stdout, process.stderr];
  const writes = streams.map(({ write }) => write);
  for (const stream of streams) {
    stream.write = (chunk: unknown) => {
      written.push(String(chunk));
      return true;
    };
  }
  try {
    await run();
  } finally {
    for (const [index, stream] of streams.entries()) stream.write = writes[index] ?? stream.write;
  }
  return written.join("");
}

/** As `captureLogs`, where nothing is expected to fail: if it does, its error tells what was logged, too. */
export async function captureLogsOrTell(run: () => Promise<unknown>): Promise<string> {
  let failure: unknown;
  const logs = await captureLogs(() =>
    run().catch((error) => {
      failure = error;
    }),
  );
  if (failure === undefined) return logs;
  const message = failure instanceof Error ? failure.message : String(failure);
  throw new Error(`${message}\nLogged until then:\n${logs}`, { cause: failure });
}
