import type { Cluster, LiveRecording } from "./live-recording.ts";

/** Where a playback ends: before a block, or in the middle of the first block that is too late. */
export type Cut = "between-blocks" | "mid-block";

/** What a MediaRecorder hands over every two seconds. */
export interface Chunk {
  bytes: Buffer;
  /** The instant of the recording at which the chunk is handed over. */
  endMs: number;
  /** The time code of the last whole block so far. */
  lastBlockMs: number;
}

interface Piece {
  atMs: number;
  bytes: Buffer;
}

/** The time slice that the bot asks of MediaRecorder: `start(2000)`. */
const CHUNK_MS = 2000;

/**
 * Yields one valid live recording of `lengthMs`, in chunks of two seconds: the recording looped with
 * rising time codes, or cut. Holds one chunk in memory, however long the playback is.
 */
export function* playInChunks(
  recording: LiveRecording,
  { lengthMs, cut }: { lengthMs: number; cut: Cut },
): Generator<Chunk> {
  let pieces = [recording.header];
  let endMs = Math.min(CHUNK_MS, lengthMs);
  let lastBlockMs = 0;
  for (const piece of loopForEver(recording)) {
    if (piece.atMs >= lengthMs) {
      if (cut === "mid-block") pieces.push(firstHalf(piece.bytes));
      break;
    }
    while (piece.atMs >= endMs) {
      yield { bytes: Buffer.concat(pieces), endMs, lastBlockMs };
      pieces = [];
      endMs = Math.min(endMs + CHUNK_MS, lengthMs);
    }
    pieces.push(piece.bytes);
    lastBlockMs = piece.atMs;
  }
  yield { bytes: Buffer.concat(pieces), endMs, lastBlockMs };
}

function* loopForEver(recording: LiveRecording): Generator<Piece> {
  for (let roundMs = 0; ; roundMs += recording.loopMs) {
    for (const cluster of recording.clusters) yield* clusterPieces(cluster, roundMs);
  }
}

/** A block's own time code counts from its Cluster's: only the Cluster's has to move. */
function* clusterPieces(cluster: Cluster, roundMs: number): Generator<Piece> {
  let head = [clusterHead(cluster.atMs + roundMs)];
  for (const block of cluster.blocks) {
    yield { atMs: block.atMs + roundMs, bytes: Buffer.concat([...head, block.bytes]) };
    head = [];
  }
}

/** A Cluster of unknown size that begins with its Timestamp, six bytes wide: 8,900 years. */
function clusterHead(atMs: number): Buffer {
  const head = Buffer.from("1f43b67501ffffffffffffffe786000000000000", "hex");
  head.writeUIntBE(atMs, head.length - 6, 6);
  return head;
}

function firstHalf(bytes: Buffer): Buffer {
  return bytes.subarray(0, Math.floor(bytes.length / 2));
}
