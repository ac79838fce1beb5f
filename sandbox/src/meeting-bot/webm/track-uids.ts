import { randomFillSync } from "node:crypto";
import { type Element, elementId, siblings, walkLive } from "./elements.ts";

/**
 * A copy of a live recording's header with other TrackUIDs (RFC 9559, 5.1.4.1.2): a MediaRecorder
 * draws them anew whenever it starts.
 */
export function withNewTrackUids(header: Buffer): Buffer {
  const copy = Buffer.from(header);
  for (const { dataStart, end } of findTrackUids(header)) {
    randomFillSync(copy, dataStart, end - dataStart);
  }
  return copy;
}

function findTrackUids(header: Buffer): Element[] {
  return [...walkLive(header)]
    .filter(({ id }) => id === elementId.tracks)
    .flatMap((tracks) => [...siblings(header, tracks.dataStart, tracks.end)])
    .filter(({ id }) => id === elementId.trackEntry)
    .flatMap((entry) => [...siblings(header, entry.dataStart, entry.end)])
    .filter(({ id }) => id === elementId.trackUid);
}
