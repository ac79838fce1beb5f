import type { OutputKind } from "../bot-instance/bot-instance.ts";
import { list, number, oneOf, type Setting } from "./setting.ts";

/** The files that a recording can become, and the kind of output that each is. */
export const FORMATS = {
  "video.mp4": "video",
  "audio.m4a": "audio",
  "audio.mp3": "mp3",
  "audio.wav": "wav",
  "audio.opus": "opus",
  "raw.webm": "raw",
  "thumbnail.jpg": "thumbnail",
} as const satisfies Record<string, OutputKind>;
export type Format = keyof typeof FORMATS;

const FORMAT_NAMES = Object.keys(FORMATS) as Format[];
/** What formats may be asked for, in words. */
export const ALLOWED_FORMATS = `one or more of ${FORMAT_NAMES.join(", ")}`;

/** The variables that say what becomes of a recording. A meeting can ask for something else. */
export const recordingSettings = {
  recordingFormats: formats("RECORDING_FORMATS", {
    description: "The files that a recording becomes.",
    fallback: ["video.mp4", "audio.m4a"],
  }),
  videoCrf: number("VIDEO_CRF", {
    description:
      "The quality of video that has to be encoded, as x264 counts it: less is better and larger.",
    fallback: 23,
    // 0 is lossless, in a profile (High 4:4:4 Predictive) that few players understand.
    min: 1,
    max: 51,
  }),
  videoPreset: oneOf(
    "VIDEO_PRESET",
    ["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow"],
    { description: "The x264 preset for video that has to be encoded.", fallback: "medium" },
  ),
  videoMaxHeight: number("VIDEO_MAX_HEIGHT", {
    description: "The height in pixels that larger video is scaled down to; 0 leaves it as it is.",
    fallback: 0,
    min: 0,
    max: 4320,
  }),
  audioBitrateKbps: number("AUDIO_BITRATE_KBPS", {
    description: "The bit rate of sound in kb/s, in every format but WAV.",
    fallback: 128,
    // The least of MP3 at 48 kHz, and the most of Opus for one channel.
    min: 32,
    max: 256,
  }),
  conversion: oneOf("CONVERSION", ["live", "after"], {
    description: "When a recording is converted: while it is being made, or after the meeting.",
    fallback: "live",
  }),
};

/** Formats, separated by commas; their order and repetitions mean nothing. */
function formats(
  name: string,
  options: { description: string; fallback: readonly Format[] },
): Setting<readonly Format[]> {
  const { parse } = list(name, options);
  return {
    name,
    ...options,
    allowed: `${ALLOWED_FORMATS}, separated by commas`,
    parse: (text) => {
      const words = new Set(parse(text));
      const known = FORMAT_NAMES.filter((format) => words.has(format));
      return known.length > 0 && known.length === words.size ? known : undefined;
    },
  };
}
