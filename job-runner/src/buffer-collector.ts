const MIB = 1024 * 1024;

/** A recording that passes through needs 20 to 30 MiB at a time; so much more may be garbage. */
const MOST_GARBAGE_BYTES = 24 * MIB;

/**
 * Makes a look at the buffers in memory that collects garbage when much of them may be. V8 collects old
 * garbage in steps, in its own time: on a busy machine 55 MiB of buffers that nobody needed any more have
 * come together, in three runs of twelve.
 *
 * @param held the bytes of all buffers in memory
 * @param collect collects all garbage at once
 */
export function bufferCollector(held: () => number, collect: () => void): () => void {
  let needed = 0;
  return () => {
    const bytes = held();
    if (bytes - needed < MOST_GARBAGE_BYTES) {
      // V8 has collected meanwhile: what is left may be needed.
      needed = Math.min(needed, bytes);
      return;
    }
    collect();
    needed = held();
  };
}
