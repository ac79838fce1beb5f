import { writeFile } from "node:fs/promises";
import { type ConversionRequest, convertRecording } from "../../../src/media/convert-recording.ts";
import type { ConvertedRecording } from "../../../src/media/converted-recording.ts";
import type { FfmpegBinaries } from "../../../src/media/ffmpeg-binaries.ts";
import { probeMedia } from "../../../src/media/probe.ts";
import { npmBuild } from "./builds.ts";
import { useScratch } from "./scratch.ts";

/** Gives every test of a suite a scratch folder, and conversions by one build into `out` in it. */
export function useConversion(binaries: FfmpegBinaries) {
  const scratch = useScratch();

  function request(recording: string, more: Partial<ConversionRequest> = {}): ConversionRequest {
    const options = { preset: "ultrafast" };
    return { recordings: [recording], workDir: scratch.path("out"), binaries, options, ...more };
  }

  /** Converts, and throws when that is refused. */
  async function convert(recording: string, more: Partial<ConversionRequest> = {}) {
    const result = await convertRecording(request(recording, more));
    if (!result.ok) throw new Error(result.message);
    return result;
  }

  /** A build whose ffmpeg is a shell script. */
  async function wrapped(script: string): Promise<FfmpegBinaries> {
    const ffmpeg = scratch.path("ffmpeg");
    await writeFile(ffmpeg, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return { ...binaries, ffmpeg };
  }

  return { scratch, request, convert, wrapped };
}

/** What ffprobe says about the outputs. */
export async function describeOutputs({ outputs }: ConvertedRecording) {
  const [video, audio] = await Promise.all(
    (["video", "audio"] as const).map((kind) => {
      const output = outputs.find((candidate) => candidate.kind === kind);
      return output && probeMedia(npmBuild.ffprobe, output.path);
    }),
  );
  return { video, audio };
}
