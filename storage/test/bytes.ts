import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { RecordingSource } from "@meeting-bot/core";
import { expect } from "chai";

const PIECE_BYTES = 64 * 1024;

/** A source of bytes in memory, in pieces as a file stream gives them. */
export function memorySource(bytes: Buffer, known = false): RecordingSource {
  const open = () => Readable.from(pieces(bytes), { objectMode: false });
  return known ? { open, bytes: bytes.length } : { open };
}

/** Bytes that no two calls give alike. */
export function someBytes(count: number): Buffer {
  return randomBytes(count);
}

/** Reads a stream to its end. */
export function readAll(stream: Readable): Promise<Buffer> {
  return buffer(stream);
}

/** Gathers everything that an iterable gives. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The error that a promise is rejected with. */
export function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail("it was expected to fail"),
    (error: unknown) => error,
  );
}

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}
