import { FORMATS, type Format, type RecordingOptions } from "@meeting-bot/core";
import type { ConversionOptions, OutputKind } from "./conversion-plan.ts";

/** The conversion that the options of a recording ask for. */
export function conversionOptionsOf(options: RecordingOptions): ConversionOptions {
  const { videoPreset, videoCrf, videoMaxHeight, audioBitrateKbps } = options;
  return {
    outputs: outputsFor(options.recordingFormats),
    preset: videoPreset,
    crf: videoCrf,
    audioBitrate: `${audioBitrateKbps}k`,
    ...(videoMaxHeight > 0 && { maxHeight: videoMaxHeight }),
  };
}

/** What the conversion has to make: the picture is taken from the video. */
function outputsFor(formats: readonly Format[]): OutputKind[] {
  const kinds = formats.map((format) => FORMATS[format]);
  const wantsVideo = kinds.includes("video") || kinds.includes("thumbnail");
  return [
    ...(wantsVideo ? ["video" as const] : []),
    ...(kinds.includes("audio") ? ["audio" as const] : []),
  ];
}
