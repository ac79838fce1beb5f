import { execFile } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import type { BotInstance, Output } from "@meeting-bot/core";
import { Digest } from "../../../storage/src/crc32c.ts";
import type { Store } from "../stores/store.ts";

/** An output as it was found in the bucket: downloaded again, and read by ffprobe. */
export interface FetchedOutput {
  kind: Output["kind"];
  uri: string;
  /** The local copy. */
  path: string;
  bytes: number;
  /** Base64, as Cloud Storage shows it. */
  crc32c: string;
  durationSeconds: number;
  /** Of each stream, the picture first. */
  codecs: string[];
  width?: number;
  height?: number;
  /** What differs from what the instance says, as sentences; empty when it is verified. */
  problems: string[];
}

/** The codecs that each output must hold; a video may be silent. */
const CODECS: Record<Output["kind"], RegExp> = {
  video: /^h264(,aac)?$/,
  audio: /^aac$/,
  mp3: /^mp3$/,
  wav: /^pcm_s16le$/,
  opus: /^opus$/,
  thumbnail: /^mjpeg$/,
  raw: /./,
};
/** A picture has no duration, and what a browser records live does not tell its own. */
const TIMELESS: ReadonlySet<Output["kind"]> = new Set(["thumbnail", "raw"]);
/** Which store, and how to read it. */
type StoreToRead = Pick<Store, "location" | "recordings">;

/** How far a duration in the bucket may be from the one that the instance tells, in seconds. */
const TOLERANCE_SECONDS = 0.5;

/** Downloads every output from its store into `folder` and compares it with what the instance says of it. */
export async function fetchOutputs(
  store: StoreToRead,
  { outputs = [] }: BotInstance,
  folder: string,
  ffprobe: string,
): Promise<FetchedOutput[]> {
  await mkdir(folder, { recursive: true });
  return Promise.all(outputs.map((output) => fetchOutput(store, output, folder, ffprobe)));
}

async function fetchOutput(
  { location, recordings }: StoreToRead,
  output: Output,
  folder: string,
  ffprobe: string,
): Promise<FetchedOutput> {
  const name = nameOf(output.uri, location);
  const path = join(folder, basename(name));
  const { bytes, crc32c } = await download(recordings.get(name), path);
  const found = { kind: output.kind, uri: output.uri, path, bytes, crc32c };
  const fetched = { ...found, ...(await probe(ffprobe, path)) };
  return { ...fetched, problems: compare(fetched, output) };
}

/** What is behind a store's location in the URI of one of its objects. */
function nameOf(uri: string, location: string): string {
  const { pathname: root } = new URL(`${location}/`);
  return decodeURIComponent(new URL(uri).pathname.slice(root.length));
}

async function download(object: Readable, path: string) {
  const digest = new Digest();
  await pipeline(
    object,
    async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        digest.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(path),
  );
  return { bytes: digest.bytes, crc32c: digest.crc32c };
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
  if (found.crc32c !== told.crc32c) problems.push("has another CRC32C");
  const difference = Math.abs(found.durationSeconds - told.durationSeconds);
  if (!TIMELESS.has(told.kind) && difference > TOLERANCE_SECONDS) {
    problems.push(`lasts ${found.durationSeconds} s instead of ${told.durationSeconds} s`);
  }
  const codecs = found.codecs.join(",");
  if (!CODECS[found.kind].test(codecs)) problems.push(`holds ${codecs || "nothing"}`);
  return problems;
}
