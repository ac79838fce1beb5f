import {
  type Element,
  elementId,
  readVint,
  siblings,
  unsignedValue,
  walkLive,
} from "./elements.ts";

/** One frame of video or packet of audio, as the bytes of its SimpleBlock or BlockGroup. */
export interface Block {
  atMs: number;
  track: number;
  bytes: Buffer;
}

/** A run of blocks whose time codes count from `atMs`. */
export interface Cluster {
  atMs: number;
  blocks: Block[];
}

/** A MediaRecorder's recording, taken apart so that it can be played again at other times. */
export interface LiveRecording {
  /** Everything before the first Cluster: EBML header, Segment (unknown size), Info, Tracks. */
  header: Buffer;
  clusters: Cluster[];
  /** How long one round lasts when the recording is looped. */
  loopMs: number;
}

/** The TrackType of an audio track (RFC 9559, 5.1.4.1.3). */
const AUDIO = 2;

/**
 * Takes a live recording apart; the blocks share memory with `bytes`.
 * Time codes must count milliseconds (TimestampScale 1,000,000), as Chromium's do. Throws when the
 * recording has no block.
 */
export function parseLiveRecording(bytes: Buffer): LiveRecording {
  const clusters: Cluster[] = [];
  let header = bytes;
  let audioTrack: number | undefined;
  for (const element of walkLive(bytes)) {
    if (element.id === elementId.tracks) audioTrack = findAudioTrack(bytes, element);
    if (element.id === elementId.cluster) {
      if (clusters.length === 0) header = bytes.subarray(0, element.start);
      clusters.push({ atMs: 0, blocks: [] });
    }
    const cluster = clusters.at(-1);
    if (cluster) addToCluster(cluster, bytes, element);
  }
  const blocks = clusters.flatMap((cluster) => cluster.blocks);
  if (blocks.length === 0) throw new Error("A recording without a single block cannot be played");
  return { header, clusters, loopMs: loopLengthMs(blocks, audioTrack) };
}

function findAudioTrack(bytes: Buffer, tracks: Element): number | undefined {
  for (const entry of siblings(bytes, tracks.dataStart, tracks.end)) {
    if (entry.id !== elementId.trackEntry) continue;
    const fields = [...siblings(bytes, entry.dataStart, entry.end)];
    const type = fields.find((field) => field.id === elementId.trackType);
    const number = fields.find((field) => field.id === elementId.trackNumber);
    if (type && number && unsignedValue(bytes, type) === AUDIO) return unsignedValue(bytes, number);
  }
  return undefined;
}

function addToCluster(cluster: Cluster, bytes: Buffer, element: Element): void {
  if (element.id === elementId.timestamp) cluster.atMs = unsignedValue(bytes, element);
  if (element.id === elementId.simpleBlock || element.id === elementId.blockGroup) {
    cluster.blocks.push(readBlock(bytes, element, cluster.atMs));
  }
}

/** A block's payload begins with its track number and its time code relative to the Cluster. */
function readBlock(bytes: Buffer, element: Element, clusterAtMs: number): Block {
  const payloadStart = blockPayloadStart(bytes, element);
  const track = readVint(bytes, payloadStart);
  const relativeMs = bytes.readInt16BE(payloadStart + track.length);
  return {
    atMs: clusterAtMs + relativeMs,
    track: track.value,
    bytes: bytes.subarray(element.start, element.end),
  };
}

function blockPayloadStart(bytes: Buffer, element: Element): number {
  if (element.id === elementId.simpleBlock) return element.dataStart;
  for (const part of siblings(bytes, element.dataStart, element.end)) {
    if (part.id === elementId.block) return part.dataStart;
  }
  throw new Error(`A BlockGroup without a Block at byte ${element.start}`);
}

/**
 * The audio decides, so that whoever counts its samples finds no hole where two rounds meet; one
 * gap between two frames of video differs a little instead. Time codes rise in any case.
 */
function loopLengthMs(blocks: readonly Block[], audioTrack: number | undefined): number {
  const audio = blocks.filter((block) => block.track === audioTrack);
  const spanMs = (audio.at(-1)?.atMs ?? 0) - (audio[0]?.atMs ?? 0);
  const audioMs = Math.round((spanMs * audio.length) / Math.max(1, audio.length - 1));
  return Math.max(audioMs, (blocks.at(-1)?.atMs ?? 0) + 1);
}
