import { mkdir, writeFile } from "node:fs/promises";
import { FORMATS, type Format } from "@meeting-bot/core";
import type { ConvertedOutput } from "../../../src/media/converted-recording.ts";
import { type DeriveRequest, deriveOutputs } from "../../../src/media/derive-outputs.ts";
import type { FfmpegBinaries } from "../../../src/media/ffmpeg-binaries.ts";
import { generate, LIVE_VP8, pictures, tone } from "./recordings.ts";
import { useScratch } from "./scratch.ts";

/** So long are the sources that a test makes. */
export const SECONDS = 4;
const ALL = Object.keys(FORMATS) as Format[];

/** A folder for each test, with a recording in it, and what to derive outputs there takes. */
export function useDerivation(binaries: FfmpegBinaries) {
  const scratch = useScratch();
  beforeEach(() => mkdir(scratch.path("out")));
  beforeEach(() => generate(...tone(SECONDS), "-live", "1", scratch.path("recording.webm")));

  /** Makes an output of the conversion, beside the folder for the derived ones. */
  async function source(kind: "video" | "audio", ...args: string[]): Promise<ConvertedOutput> {
    const path = scratch.path(kind === "video" ? "video.mp4" : "audio.m4a");
    await generate(...args, path);
    return { kind, path, contentType: "", bytes: 1, durationSeconds: SECONDS, codec: "" };
  }

  /** Makes a recording that is as long as its pictures, whatever its sound is. */
  async function recording(name: string, seconds: number, ...sound: string[]): Promise<string> {
    const path = scratch.path(name);
    await generate(...pictures("160x120", seconds), ...sound, ...LIVE_VP8, path);
    return path;
  }

  const video = (size = "160x120") => source("video", ...pictures(size, SECONDS), ...tone(SECONDS));
  const audio = () => source("audio", ...tone(SECONDS));
  const recordings = async () => [scratch.path("recording.webm")];

  function derive(outputs: ConvertedOutput[], more: Partial<DeriveRequest> = {}) {
    const converted = { outputs, absent: [] };
    const workDir = scratch.path("out");
    const request = { converted, recordings, formats: ALL, workDir, binaries };
    return deriveOutputs({ ...request, audioBitrateKbps: 64, ...more });
  }

  /** A build whose ffmpeg is a shell script. */
  async function wrapped(script: string): Promise<FfmpegBinaries> {
    const ffmpeg = scratch.path("ffmpeg");
    await writeFile(ffmpeg, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return { ...binaries, ffmpeg };
  }

  return { scratch, source, recording, video, audio, derive, wrapped };
}
