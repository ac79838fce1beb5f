import { DiskFile } from "./disk-file.ts";
import {
  type FakeObject,
  type ObjectResource,
  type ObjectTable,
  toResource,
} from "./object-table.ts";
import { ApiError, type Call, parseUploadRange, type UploadRange } from "./protocol.ts";

/** Cloud Storage keeps, of a broken request, whole multiples of this; chunks must be multiples of it. */
const GRANULARITY = 256 * 1024;

/** An answer of the protocol; 308 means that more is to come. */
export interface UploadAnswer {
  status: 200 | 308;
  headers?: Record<string, string>;
  body?: ReturnType<typeof toResource>;
}

interface Session {
  call: Call;
  resource: ObjectResource;
  file: DiskFile;
  done?: FakeObject;
}

/**
 * The resumable sessions and their rules:
 * https://cloud.google.com/storage/docs/performing-resumable-uploads
 */
export class ResumableUploads {
  readonly #sessions = new Map<string, Session>();
  readonly #table: ObjectTable;

  constructor(table: ObjectTable) {
    this.#table = table;
  }

  start(id: string, call: Call, resource: ObjectResource, path: string): void {
    this.#sessions.set(id, { call, resource, file: new DiskFile(path) });
  }

  /** Where a session is. */
  status(id: string): UploadAnswer {
    return answerOf(this.#session(id));
  }

  /**
   * Takes the body of one request. `breakAfter` is where the connection is going to be broken;
   * what arrives after it is not looked at. `finish` runs on the file just before it is committed.
   */
  async receive(
    id: string,
    header: string | undefined,
    body: AsyncIterable<Buffer>,
    breakAfter: number | undefined,
    finish: (file: DiskFile) => Promise<void>,
  ): Promise<UploadAnswer> {
    const session = this.#session(id);
    if (session.done) return answerOf(session);
    const range = parseUploadRange(header);
    checkRange(range, session.file.size);
    const before = session.file.size;
    const whole = await session.file.append(body, before - range.start, breakAfter);
    const last = isLast(range);
    if (!whole || (!last && range.end !== session.file.size)) {
      await session.file.truncateTo(floor(session.file.size));
      return answerOf(session);
    }
    if (last) await this.#finish(session, range, finish);
    return answerOf(session);
  }

  async #finish(session: Session, range: UploadRange, finish: (file: DiskFile) => Promise<void>) {
    const { call, resource, file } = session;
    const total = range.total ?? range.end;
    if (total !== undefined && total !== file.size) {
      throw new ApiError(400, "badRequest", `${file.size} bytes arrived of ${total}.`);
    }
    await finish(file);
    session.done = await this.#table.commit(call, resource, file);
  }

  #session(id: string): Session {
    const session = this.#sessions.get(id);
    if (!session) throw new ApiError(404, "notFound", "No such upload session.");
    return session;
  }
}

function floor(size: number): number {
  return size - (size % GRANULARITY);
}

/** The object is complete with a request that names the total, or leaves both its ends open. */
function isLast({ end, total }: UploadRange): boolean {
  return end === undefined || end === total;
}

function checkRange(range: UploadRange, persisted: number): void {
  const { start, end } = range;
  if (start > persisted) {
    throw new ApiError(
      400,
      "badRequest",
      `Bytes from ${start} on, but only ${persisted} are here.`,
    );
  }
  if (!isLast(range) && end !== undefined && (end - start) % GRANULARITY !== 0) {
    throw new ApiError(400, "badRequest", `Chunks must be multiples of ${GRANULARITY} bytes.`);
  }
}

function answerOf({ done, file }: Session): UploadAnswer {
  if (done) return { status: 200, body: toResource(done) };
  return { status: 308, headers: file.size > 0 ? { Range: `bytes=0-${file.size - 1}` } : {} };
}
