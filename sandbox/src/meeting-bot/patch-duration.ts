import { readFile, writeFile } from "node:fs/promises";
import { type Element, elementId, walkLive } from "./webm/elements.ts";

/** Rewrites a recording in place with its duration in its head; everything behind it moves. */
export async function patchDuration(path: string, durationMs: number): Promise<void> {
  await writeFile(path, withDuration(await readFile(path), durationMs));
}

/** A live recording with a Duration in its (first) Info. Throws when it has no Info. */
export function withDuration(bytes: Buffer, durationMs: number): Buffer {
  const info = findInfo(bytes);
  const fields = bytes.subarray(info.dataStart, info.end);
  const duration = durationElement(durationMs);
  // The Info's id, and a size of eight bytes whatever it is.
  const head = Buffer.from("1549a9660100000000000000", "hex");
  head.writeUIntBE(fields.length + duration.length, head.length - 6, 6);
  const before = bytes.subarray(0, info.start);
  return Buffer.concat([before, head, fields, duration, bytes.subarray(info.end)]);
}

function findInfo(bytes: Buffer): Element {
  for (const element of walkLive(bytes)) {
    if (element.id === elementId.info) return element;
  }
  throw new Error("A recording without an Info has no place for a duration");
}

/** In units of the TimestampScale, which is a millisecond (RFC 9559, 5.1.2.10). */
function durationElement(durationMs: number): Buffer {
  const element = Buffer.from("4489880000000000000000", "hex");
  element.writeDoubleBE(durationMs, 3);
  return element;
}
