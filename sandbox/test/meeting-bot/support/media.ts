import { execFile } from "node:child_process";
import { promisify } from "node:util";
import ffmpeg from "@ffmpeg-installer/ffmpeg";
import ffprobe from "@ffprobe-installer/ffprobe";

const run = promisify(execFile);
const LARGE = { maxBuffer: 64 * 1024 * 1024 };

/** The time stamps, in seconds, of one kind of stream's packets, in file order. */
export async function packetTimes(path: string, stream: "v" | "a"): Promise<number[]> {
  const options = ["-v", "error", "-select_streams", stream, "-show_entries", "packet=pts_time"];
  const { stdout } = await run(ffprobe.path, [...options, "-of", "json", path], LARGE);
  const { packets }: { packets: { pts_time: string }[] } = JSON.parse(stdout);
  return packets.map((packet) => Number(packet.pts_time));
}

/** What ffprobe says of the file: its streams' codecs, and the duration that its header names. */
export async function probe(path: string): Promise<{ codecs: string[]; duration?: string }> {
  const options = ["-v", "error", "-show_entries", "format=duration:stream=codec_name"];
  const { stdout } = await run(ffprobe.path, [...options, "-of", "json", path]);
  const found: { streams: { codec_name: string }[]; format: { duration?: string } } =
    JSON.parse(stdout);
  return { codecs: found.streams.map((stream) => stream.codec_name), ...found.format };
}

/** Decodes every frame and sample; returns ffmpeg's complaints, an empty string when it has none. */
export async function decodingErrors(path: string): Promise<string> {
  const output = ["-vsync", "vfr", "-enc_time_base", "-1", "-f", "null", "-"];
  const { stderr } = await run(ffmpeg.path, ["-v", "error", "-i", path, ...output]);
  return stderr;
}
