const EBML_MAGIC = Buffer.from([0x1a, 0x45, 0xdf, 0xa3]);
const DOC_TYPE_ID = Buffer.from([0x42, 0x82]);
const DOC_TYPES = ["webm", "matroska"];

/** The document type stands within this many bytes of the magic number. */
const HEADER_BYTES = 48;
/** Enough to decide on a magic number: the above, then id, size and the longest document type. */
const LOOKAHEAD_BYTES = HEADER_BYTES + 2 + 1 + 8;

/** What a splitter calls, in file order. */
export interface SplitSink {
  /** A stream begins at this byte of the file; what follows belongs to it. */
  begin(startByte: number): void;
  /** The next bytes, never across the beginning of a stream; valid only during the call. */
  bytes(bytes: Buffer): void;
}

/**
 * Cuts a file, pushed in chunks of any size, where a WebM or Matroska header begins.
 *
 * Looks at the bytes, not at the structure: a stream that was cut off ends inside a block whose
 * declared size reaches past the next header. The four magic bytes alone occur by chance about
 * once in 4 GiB, so the document type must follow. Holds back at most 58 bytes.
 */
export function createStreamSplitter(sink: SplitSink) {
  let held: Buffer = Buffer.alloc(0);
  let heldAt = 0;
  let joined: Buffer = Buffer.alloc(0);

  /** Reuses one buffer: a fresh copy of every chunk would be garbage of the size of the file. */
  function joinHeld(chunk: Buffer): Buffer {
    const length = held.length + chunk.length;
    if (joined.length < length) joined = Buffer.allocUnsafe(length);
    held.copy(joined);
    chunk.copy(joined, held.length);
    return joined.subarray(0, length);
  }

  function release(data: Buffer, isLast: boolean): void {
    let done = 0;
    let from = 0;
    for (;;) {
      const at = data.indexOf(EBML_MAGIC, from);
      if (at < 0 || (!isLast && at + LOOKAHEAD_BYTES > data.length)) break;
      if (isHeader(data, at)) {
        emit(data.subarray(done, at));
        sink.begin(heldAt + at);
        done = at;
      }
      from = at + 1;
    }
    const end = isLast ? data.length : Math.max(done, firstUndecided(data, from));
    emit(data.subarray(done, end));
    heldAt += end;
    held = Buffer.from(data.subarray(end));
  }

  function emit(bytes: Buffer): void {
    if (bytes.length > 0) sink.bytes(bytes);
  }

  return {
    push(chunk: Buffer): void {
      release(held.length === 0 ? chunk : joinHeld(chunk), false);
    },
    end(): void {
      release(held, true);
    },
  };
}

function isHeader(data: Buffer, at: number): boolean {
  const head = data.subarray(at, at + LOOKAHEAD_BYTES);
  const id = head.indexOf(DOC_TYPE_ID, EBML_MAGIC.length);
  if (id < 0 || id > HEADER_BYTES || ((head[id + 2] ?? 0) & 0xf0) !== 0x80) return false;
  const docType = head.toString("latin1", id + 3);
  return DOC_TYPES.some((name) => docType.startsWith(name));
}

/** Where the bytes begin that may still turn out to be a header: a whole magic number or its start. */
function firstUndecided(data: Buffer, from: number): number {
  const magic = data.indexOf(EBML_MAGIC, from);
  return magic >= 0 ? magic : Math.max(0, data.length - EBML_MAGIC.length + 1);
}
