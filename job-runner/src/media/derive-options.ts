import type { RecordingOptions } from "@meeting-bot/core";
import type { ConversionOptions } from "./conversion-plan.ts";

/** The conversion that the options of a recording ask for. */
export function conversionOptionsOf(options: RecordingOptions): ConversionOptions {
  const { videoPreset, videoCrf, videoMaxHeight, audioBitrateKbps } = options;
  return {
    preset: videoPreset,
    crf: videoCrf,
    audioBitrate: `${audioBitrateKbps}k`,
    ...(videoMaxHeight > 0 && { maxHeight: videoMaxHeight }),
  };
}
