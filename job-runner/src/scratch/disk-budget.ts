import { HOUR, SECOND } from "@meeting-bot/core";

/** What a recording is expected to be. */
export interface ExpectedRecording {
  expectedSeconds: number;
  /** Video and audio of the recording together. */
  kilobitsPerSecond: number;
}

/** What each second of a recording takes on the scratch disk. */
export interface DiskRates {
  /** The bot's file. */
  raw: number;
  /** Our MP4, as large as the recording, and M4A. */
  outputs: number;
  /** The copy of the sound that the bot keeps for itself. */
  botSound: number;
}

/** How much may still be written: `scarce` gives up the live output, `full` the rest of the meeting. */
export type DiskLevel = "enough" | "scarce" | "full";

const GIGABYTE = 1e9;
/** The M4A's 128 kb/s. */
const M4A_BYTES_PER_SECOND = 16_000;
/** Of `backup_*.wav`: 48 kHz, 16 bits, stereo; 0.69 GB an hour. */
const WAV_BYTES_PER_SECOND = 192_000;

/**
 * What an orderly end takes: half a minute of recording at the bot's limit of 15 Mb/s, until the bot
 * has been seen to leave, and the index of ten hours of MP4 (4.8 MB an hour).
 */
export const END_RESERVE_BYTES = 128 * 1024 * 1024;
/** For so long the recording must be able to go on beside its live outputs. */
export const LIVE_RESERVE_SECONDS = 600;

/** The bytes that each second of a recording takes, by its bit rate. */
export function diskRates(kilobitsPerSecond: number): DiskRates {
  const raw = (kilobitsPerSecond * 1000) / 8;
  return { raw, outputs: raw + M4A_BYTES_PER_SECOND, botSound: WAV_BYTES_PER_SECOND };
}

/**
 * Says, as a sum, why a recording with its outputs and the bot's own copies will not fit into
 * `freeBytes`; undefined when it will.
 */
export function budgetProblem(
  recording: ExpectedRecording & { freeBytes: number },
): string | undefined {
  const { freeBytes, expectedSeconds, kilobitsPerSecond } = recording;
  const { raw, outputs, botSound } = diskRates(kilobitsPerSecond);
  const needed = (raw + outputs + botSound) * expectedSeconds + END_RESERVE_BYTES;
  if (needed <= freeBytes) return undefined;
  const hours = round((expectedSeconds * SECOND) / HOUR);
  const told = (rate: number) => gigabytes(rate * expectedSeconds);
  return [
    `The scratch disk is too small for ${hours} h at ${kilobitsPerSecond} kb/s:`,
    `${told(raw)} GB of recording + ${told(outputs)} GB of outputs`,
    `+ ${told(botSound)} GB of the bot's own copies + ${gigabytes(END_RESERVE_BYTES)} GB in reserve`,
    `= ${gigabytes(needed)} GB, but only ${gigabytes(freeBytes)} GB are free.`,
  ].join(" ");
}

/** Says, as a sum, why a finished recording of so many bytes will not fit with its outputs; undefined when it will. */
export function importProblem(bytes: number, freeBytes: number): string | undefined {
  const needed = 2 * bytes + END_RESERVE_BYTES;
  if (needed <= freeBytes) return undefined;
  return [
    `The scratch disk is too small: ${gigabytes(bytes)} GB of recording`,
    `+ ${gigabytes(bytes)} GB of outputs + ${gigabytes(END_RESERVE_BYTES)} GB in reserve`,
    `= ${gigabytes(needed)} GB, but only ${gigabytes(freeBytes)} GB are free.`,
  ].join(" ");
}

/**
 * Judges what is free while a recording grows. The recording comes before its live outputs, which can
 * be made again, and an orderly end before more of the recording.
 */
export function diskLevel(freeBytes: number, { raw, outputs, botSound }: DiskRates): DiskLevel {
  if (freeBytes < END_RESERVE_BYTES) return "full";
  const live = (raw + outputs + botSound) * LIVE_RESERVE_SECONDS;
  return freeBytes < END_RESERVE_BYTES + live ? "scarce" : "enough";
}

function gigabytes(bytes: number): number {
  return round(bytes / GIGABYTE);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
