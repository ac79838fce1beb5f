import { execFile } from "node:child_process";
import { promisify } from "node:util";
import {
  type FfmpegBinaries,
  findFfmpegBinaries,
} from "../../../job-runner/src/media/ffmpeg-binaries.ts";

const run = promisify(execFile);
const LARGE = { maxBuffer: 256 * 1024 * 1024, encoding: "buffer" } as const;

/** What is in a file. */
export interface MediaFacts {
  /** As its header has it; 0 when it has none. */
  durationSeconds: number;
  /** The last time stamp of any packet. */
  lastSeconds: number;
  /** When the last packet is over. */
  endSeconds: number;
  frames: number;
  width: number;
  height: number;
  /** `tv`, `pc` or `unknown`. */
  colorRange: string;
}

/** The ffmpeg and ffprobe that the managers use as well. */
export class MediaTools {
  readonly ffmpeg: string;
  readonly ffprobe: string;
  readonly version: string;
  readonly #timing: string;

  /** Finds the programs as a manager in this environment would. */
  static async find(env: NodeJS.ProcessEnv): Promise<MediaTools> {
    return new MediaTools(
      await findFfmpegBinaries({
        ffmpegPath: env["FFMPEG_PATH"] ?? "",
        ffprobePath: env["FFPROBE_PATH"] ?? "",
        searchPath: env["PATH"] ?? "",
      }),
    );
  }

  constructor({ ffmpeg, ffprobe, version, frameTimingOption }: FfmpegBinaries) {
    this.ffmpeg = ffmpeg;
    this.ffprobe = ffprobe;
    this.version = version;
    this.#timing = frameTimingOption;
  }

  /** Runs ffmpeg; what it prints to each output. Rejects when it fails. */
  async run(args: readonly string[]): Promise<{ stdout: Buffer; stderr: string }> {
    const { stdout, stderr } = await run(this.ffmpeg, ["-nostdin", "-y", ...args], LARGE);
    return { stdout, stderr: stderr.toString() };
  }

  /** Decodes every frame and sample; ffmpeg's complaints, empty when it has none. */
  async decodingErrors(path: string): Promise<string> {
    // Frames that are not evenly spread would be complained of otherwise.
    const output = [this.#timing, "vfr", "-enc_time_base", "-1", "-f", "null", "-"];
    return (await this.run(["-v", "error", "-i", path, ...output])).stderr.trim();
  }

  /** Reads every packet's time stamp. */
  async facts(path: string): Promise<MediaFacts> {
    const entries = "format=duration:stream=index,codec_type,width,height,color_range";
    const asked = ["-show_entries", `${entries}:packet=stream_index,pts_time,duration_time`];
    const { stdout } = await run(
      this.ffprobe,
      ["-v", "error", ...asked, "-of", "json", path],
      LARGE,
    );
    const { format, streams, packets }: Probed = JSON.parse(stdout.toString());
    const video = streams.find(({ codec_type }) => codec_type === "video");
    return {
      durationSeconds: Number(format.duration ?? 0),
      lastSeconds: latest(packets.map(({ pts_time }) => Number(pts_time))),
      endSeconds: latest(
        packets.map(({ pts_time, duration_time = 0 }) => Number(pts_time) + Number(duration_time)),
      ),
      frames: packets.filter(({ stream_index }) => stream_index === video?.index).length,
      width: video?.width ?? 0,
      height: video?.height ?? 0,
      colorRange: video?.color_range ?? "unknown",
    };
  }

  /** Encodes a file's video as the baseline does, but frame by frame, whatever their spacing. */
  async encodeAsBaseline(source: string, path: string): Promise<void> {
    const encoded = ["-c:v", "libx264", "-preset", "medium", "-crf", "23"];
    const frames = [this.#timing, "passthrough", "-enc_time_base", "-1"];
    await this.run(["-v", "error", "-i", source, "-an", ...encoded, ...frames, path]);
  }

  /**
   * The similarity (SSIM, 0 to 1) of a file's frames to the source's, each with the one of the same
   * number. `range` is what the file's values are, whatever it says of itself.
   */
  async ssim(file: string, source: string, range: "full" | "tv"): Promise<number> {
    const numbered = "settb=1/30,setpts=N,format=yuv420p";
    const scaled = range === "tv" ? "scale=in_range=full:out_range=tv," : "";
    const graph = `[0:v]${numbered}[a];[1:v]${scaled}${numbered}[b];[a][b]ssim`;
    const output = ["-an", this.#timing, "passthrough", "-f", "null", "-"];
    const { stderr } = await this.run(["-i", file, "-i", source, "-lavfi", graph, ...output]);
    const found = /SSIM .*All:([\d.]+)/.exec(stderr)?.[1];
    if (found === undefined) throw new Error(`ffmpeg has compared nothing:\n${stderr}`);
    return Number(found);
  }
}

interface Probed {
  format: { duration?: string };
  streams: {
    index: number;
    codec_type: string;
    width?: number;
    height?: number;
    color_range?: string;
  }[];
  packets: { stream_index: number; pts_time?: string; duration_time?: string }[];
}

function latest(times: readonly number[]): number {
  return times.filter(Number.isFinite).reduce((last, time) => Math.max(last, time), 0);
}
