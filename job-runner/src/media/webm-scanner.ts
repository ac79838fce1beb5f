import type { RecordingLayout, StreamLayout } from "./recording-layout.ts";
import { StreamReader } from "./stream-reader.ts";
import { createStreamSplitter } from "./stream-splitter.ts";

/** Measures a file that is pushed into it, chunk by chunk, while it grows or afterwards. */
export interface WebmScanner {
  push(chunk: Buffer): void;
  /** Returns what the file held; nothing may be pushed afterwards. */
  end(): RecordingLayout;
}

/**
 * Creates a scanner of live WebM or Matroska, of one stream or of several appended to each other.
 * Chunks may be cut anywhere; memory does not grow with the file.
 */
export function createWebmScanner(): WebmScanner {
  const finished: StreamLayout[] = [];
  let bytes = 0;
  let reader: StreamReader | undefined;

  function finishStream(): void {
    if (reader) finished.push(reader.end());
  }

  const splitter = createStreamSplitter({
    begin(startByte) {
      finishStream();
      reader = new StreamReader(startByte);
    },
    bytes: (part) => reader?.push(part),
  });

  return {
    push(chunk) {
      bytes += chunk.length;
      splitter.push(chunk);
    },
    end() {
      splitter.end();
      finishStream();
      return { bytes, streams: finished };
    },
  };
}
