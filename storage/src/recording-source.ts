import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { type ByteRange, type RecordingSource, SourceError } from "@meeting-bot/core";
import { Digest } from "./crc32c.ts";

/** Reads a file, or a piece of one that still grows: then give the range an end. */
export function fileSource(path: string, range: ByteRange = { start: 0 }): RecordingSource {
  const { start, end } = range;
  if (end === undefined) return { open: () => createReadStream(path, { start }) };
  const bytes = end - start;
  // A read stream cannot be told to read nothing: its `end` is the last byte's place.
  if (bytes === 0) return { bytes, open: () => Readable.from([]) };
  return { bytes, open: () => createReadStream(path, { start, end: end - 1 }) };
}

/** Passes a source's bytes on. A source that fails throws `SourceError`. */
export async function* readSource(source: RecordingSource): AsyncGenerator<Uint8Array> {
  const stream = source.open();
  try {
    yield* stream;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SourceError(`Reading the bytes to store failed: ${reason}`, { cause });
  }
}

/** Like `readSource`, adding each piece to `digest`, which is `whole` at their end. */
export async function* readThrough(
  source: RecordingSource,
  digest: Digest,
  onChunk: () => void = () => {},
): AsyncGenerator<Uint8Array> {
  for await (const chunk of readSource(source)) {
    digest.update(chunk);
    onChunk();
    yield chunk;
  }
  digest.whole = true;
}

/** Reads a source to its end only to know its size and CRC32C; rejects with the signal's reason. */
export async function digestOf(source: RecordingSource, signal?: AbortSignal): Promise<Digest> {
  const digest = new Digest();
  for await (const _ of readThrough(source, digest)) signal?.throwIfAborted();
  return digest;
}
