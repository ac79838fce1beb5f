import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { expect } from "chai";
import type { GrowingRecording } from "../../src/recording/growing-recording.ts";

/** Ends a recording and expects these bytes of it, one after the other. */
export async function expectBytes(
  recording: GrowingRecording,
  ...expected: Buffer[]
): Promise<void> {
  await recording.end();
  const all = Buffer.concat(expected);
  expect(recording.length).to.equal(all.length);
  expect((await buffer(recording.open(0))).equals(all)).to.equal(true);
  expect(recording.layout().bytes).to.equal(all.length);
}

/** Expects the recording in local files, each with these bytes. */
export async function expectFiles(
  recording: GrowingRecording,
  ...expected: Buffer[]
): Promise<void> {
  const paths = (await recording.files()) ?? [];
  const found = await Promise.all(paths.map((path) => readFile(path)));
  expect(found.map((bytes, i) => bytes.equals(expected[i] ?? Buffer.alloc(0)))).to.deep.equal(
    expected.map(() => true),
  );
}

/** Where the streams of a recording begin. */
export function startBytes(recording: GrowingRecording): number[] {
  return recording.layout().streams.map(({ startByte }) => startByte);
}
