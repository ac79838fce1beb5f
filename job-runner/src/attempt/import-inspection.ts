import { open } from "node:fs/promises";
import { type Failure, failure } from "@meeting-bot/core";
import { hasTrack } from "../media/piece-content.ts";
import { probeMedia } from "../media/probe.ts";

/** What a fetched file is. */
export type InspectedImport =
  | {
      ok: true;
      /** 0 where the file does not say. */
      durationSeconds: number;
    }
  | { ok: false; failure: Failure };

/**
 * How the files begin that bots make: an EBML header (WebM, Matroska) or, behind its length, `ftyp`
 * (MP4). ffmpeg recognises much else, playlists among it, and would open what these name.
 */
const BEGINNINGS: readonly { at: number; bytes: Buffer }[] = [
  { at: 0, bytes: Buffer.from("1a45dfa3", "hex") },
  { at: 4, bytes: Buffer.from("ftyp") },
];
const LOOKED_AT_BYTES = 8;

/** Makes sure that a file is a recording. */
export async function inspectImported(
  file: string,
  ffprobe: string,
  signal: AbortSignal,
): Promise<InspectedImport> {
  if (!(await beginsLikeRecording(file))) return refuse("it is neither WebM nor MP4");
  const info = await probeMedia(ffprobe, file, signal);
  if (!info || !hasTrack(info)) return refuse("it has neither picture nor sound");
  return { ok: true, durationSeconds: info.durationSeconds ?? 0 };
}

async function beginsLikeRecording(path: string): Promise<boolean> {
  await using file = await open(path);
  const beginning = Buffer.alloc(LOOKED_AT_BYTES);
  await file.read(beginning, 0, LOOKED_AT_BYTES, 0);
  return BEGINNINGS.some(({ at, bytes }) =>
    beginning.subarray(at, at + bytes.length).equals(bytes),
  );
}

function refuse(what: string): InspectedImport {
  const message = `What was fetched is no recording: ${what}.`;
  return {
    ok: false,
    failure: { ...failure("NO_RECORDING", "recording", message), retryable: false },
  };
}
