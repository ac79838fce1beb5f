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
