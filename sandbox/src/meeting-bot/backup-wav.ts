import { randomUUID } from "node:crypto";
import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Sink } from "./recorder.ts";

/** 16-bit stereo at 48 kHz: the 0.69 GB an hour that the fork's own backup takes. */
const SAMPLE_RATE = 48_000;
const CHANNELS = 2;
const FRAME_BYTES = CHANNELS * 2;

/** A sink that grows `backup_<uuid>.wav`, silent, beside a recording, as the fork does. */
export async function backupWavSink(recordingPath: string): Promise<Sink> {
  const path = join(dirname(recordingPath), `backup_${randomUUID()}.wav`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, wavHeader());
  let writtenMs = 0;
  return async (chunk) => {
    const frames = Math.round(((chunk.endMs - writtenMs) * SAMPLE_RATE) / 1000);
    await appendFile(path, Buffer.alloc(frames * FRAME_BYTES));
    writtenMs = chunk.endMs;
  };
}

/** The header of a PCM WAV whose length is not known yet: both sizes are the largest possible. */
function wavHeader(): Buffer {
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(0xffffffff, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(CHANNELS, 22);
  header.writeUInt32LE(SAMPLE_RATE, 24);
  header.writeUInt32LE(SAMPLE_RATE * FRAME_BYTES, 28);
  header.writeUInt16LE(FRAME_BYTES, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(0xffffffff, 40);
  return header;
}
