import { execFile } from "node:child_process";
import { mkdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import type { Storage } from "@google-cloud/storage";
import type { BotInstance, Output } from "@meeting-bot/core";

/** An output as it was found in the bucket: downloaded again, and read by ffprobe. */
export interface FetchedOutput {
  kind: Output["kind"];
  uri: string;
  /** The local copy. */
  path: string;
  bytes: number;
  durationSeconds: number;
  /** Of each stream, the picture first. */
  codecs: string[];
  width?: number;
  height?: number;
  /** What differs from what the instance says, as sentences; empty when it is verified. */
  problems: string[];
}

/** The codecs that each output must hold; a video may be silent. */
const CODECS: Record<Output["kind"], RegExp> = { video: /^h264(,aac)?$/, audio: /^aac$/ };
/** How far a duration in the bucket may be from the one that the instance tells, in seconds. */
const TOLERANCE_SECONDS = 0.5;

/** Downloads every output into `folder` and compares it with what the instance says of it. */
export async function fetchOutputs(
  storage: Storage,
  { outputs = [] }: BotInstance,
  folder: string,
  ffprobe: string,
): Promise<FetchedOutput[]> {
  await mkdir(folder, { recursive: true });
  return Promise.all(outputs.map((output) => fetchOutput(storage, output, folder, ffprobe)));
}

async function fetchOutput(
  storage: Storage,
  output: Output,
  folder: string,
  ffprobe: string,
): Promise<FetchedOutput> {
  const { bucket, name } = parseUri(output.uri);
  const path = join(folder, basename(name));
  // The client compares the CRC32C of what it has received with the bucket's.
  await storage.bucket(bucket).file(name).download({ destination: path, validation: "crc32c" });
  const { size: bytes } = await stat(path);
  const fetched = {
    kind: output.kind,
    uri: output.uri,
    path,
    bytes,
    ...(await probe(ffprobe, path)),
  };
  return { ...fetched, problems: compare(fetched, output) };
}

function parseUri(uri: string): { bucket: string; name: string } {
  const { hostname: bucket, pathname } = new URL(uri);
  return { bucket, name: decodeURIComponent(pathname.slice(1)) };
}

interface ProbeReport {
  format: { duration: string };
  streams: { codec_type: string; codec_name: string; width?: number; height?: number }[];
}

async function probe(ffprobe: string, path: string) {
  const args = ["-v", "error", "-of", "json", "-show_format", "-show_streams", path];
  const { stdout } = await promisify(execFile)(ffprobe, args);
  const { format, streams } = JSON.parse(stdout) as ProbeReport;
  const video = streams.find(({ codec_type }) => codec_type === "video");
  const ordered = [...streams].sort((a, b) => b.codec_type.localeCompare(a.codec_type));
  return {
    durationSeconds: Number(format.duration),
    codecs: ordered.map(({ codec_name }) => codec_name),
    ...(video?.width !== undefined && { width: video.width }),
    ...(video?.height !== undefined && { height: video.height }),
  };
}

function compare(found: Omit<FetchedOutput, "problems">, told: Output): string[] {
  const problems: string[] = [];
  if (found.bytes !== told.bytes)
    problems.push(`has ${found.bytes} bytes instead of ${told.bytes}`);
  if (Math.abs(found.durationSeconds - told.durationSeconds) > TOLERANCE_SECONDS) {
    problems.push(`lasts ${found.durationSeconds} s instead of ${told.durationSeconds} s`);
  }
  const codecs = found.codecs.join(",");
  if (!CODECS[found.kind].test(codecs)) problems.push(`holds ${codecs || "nothing"}`);
  return problems;
}
