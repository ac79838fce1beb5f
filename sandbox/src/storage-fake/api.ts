import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { DiskFile } from "./disk-file.ts";
import type { Fault, Operation } from "./faults.ts";
import { checkPreconditions, type FakeObject, ObjectTable, toResource } from "./object-table.ts";
import { ApiError, type Call, parseDownloadRange, parseMultipart } from "./protocol.ts";
import { ResumableUploads } from "./resumable-uploads.ts";

/** An answer: JSON, or bytes that are streamed. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  json?: unknown;
  stream?: Readable;
}

/** A call with its body, and the fault that befalls it. */
export interface ApiRequest {
  call: Call;
  body: Readable;
  /** The server's own address, for a session's URI. */
  origin: string;
  fault: Fault | undefined;
}

type Handler = (request: ApiRequest) => Promise<Answer>;

/** Bound on what is read into memory: a one-request upload. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const MAX_PAGE = 1000;

/** The calls of the JSON API on objects whose bytes are files in `folder`. */
export class StorageApi {
  readonly table: ObjectTable;
  readonly #uploads: ResumableUploads;
  readonly #folder: string;
  #files = 0;

  readonly #handlers: Readonly<Record<Operation, Handler>> = {
    bucket: async ({ call }) => ({
      status: 200,
      json: { kind: "storage#bucket", id: call.bucket, name: call.bucket },
    }),
    "simple-upload": (request) => this.#simpleUpload(request),
    "start-upload": (request) => this.#startUpload(request),
    upload: (request) => this.#receiveUpload(request),
    "upload-status": async ({ call }) => answerUpload(this.#uploads.status(sessionOf(call))),
    describe: async ({ call }) => ({ status: 200, json: toResource(this.#get(call)) }),
    download: async ({ call }) => download(this.#get(call), call.headers.range),
    list: async ({ call }) => ({ status: 200, json: this.#list(call) }),
    patch: async ({ call, body }) => {
      const patched = this.table.patch(this.#get(call), await readJson(body));
      return { status: 200, json: toResource(patched) };
    },
    remove: async ({ call }) => {
      await this.table.remove(this.#get(call));
      return { status: 204 };
    },
  };

  constructor(folder: string, buckets: readonly string[]) {
    this.#folder = folder;
    this.table = new ObjectTable(buckets);
    this.#uploads = new ResumableUploads(this.table);
  }

  /** Serves a call; throws `ApiError` for every refusal. */
  async serve(request: ApiRequest): Promise<Answer> {
    this.table.checkBucket(request.call.bucket);
    return this.#handlers[request.call.operation](request);
  }

  async #simpleUpload({ call, body, fault }: ApiRequest): Promise<Answer> {
    const type = call.headers["content-type"] ?? "";
    const bytes = await readAll(body);
    const multipart = call.query.get("uploadType") === "multipart";
    const { resource, media } = multipart
      ? parseMultipart(type, bytes)
      : { resource: { contentType: type }, media: bytes };
    const name = call.name || resource.name;
    const file = new DiskFile(this.#newPath());
    await file.append([media]);
    await spoil(file, fault);
    const object = await this.table.commit({ ...call, name }, resource, file);
    return { status: 200, json: toResource(object) };
  }

  async #startUpload({ call, body, origin }: ApiRequest): Promise<Answer> {
    const resource = await readJson(body);
    checkPreconditions(call.query, this.table.find(call.bucket, call.name));
    const contentType = call.headers["x-upload-content-type"];
    const path = this.#newPath();
    const id = String(this.#files);
    this.#uploads.start(id, call, contentType ? { ...resource, contentType } : resource, path);
    const bucket = encodeURIComponent(call.bucket);
    const location = `${origin}/upload/storage/v1/b/${bucket}/o?uploadType=resumable&upload_id=${id}`;
    return { status: 200, headers: { Location: location } };
  }

  async #receiveUpload({ call, body, fault }: ApiRequest): Promise<Answer> {
    const breakAfter = fault?.kind === "break" ? fault.afterBytes : undefined;
    const range = call.headers["content-range"];
    const finish = (file: DiskFile) => spoil(file, fault);
    const answer = await this.#uploads.receive(sessionOf(call), range, body, breakAfter, finish);
    return answerUpload(answer);
  }

  #list({ bucket, query }: Call) {
    const prefix = query.get("prefix") ?? "";
    const after = Buffer.from(query.get("pageToken") ?? "", "base64url").toString();
    const size = Math.min(Number(query.get("maxResults") ?? MAX_PAGE), MAX_PAGE);
    const objects = this.table
      .all()
      .filter(
        (object) =>
          object.bucket === bucket && object.name.startsWith(prefix) && object.name > after,
      );
    const page = objects.slice(0, size);
    const last = page.at(-1)?.name ?? "";
    const more = objects.length > page.length;
    const nextPageToken = more ? { nextPageToken: Buffer.from(last).toString("base64url") } : {};
    return { kind: "storage#objects", items: page.map(toResource), ...nextPageToken };
  }

  #get({ bucket, name, query }: Call): FakeObject {
    return this.table.get(bucket, name, query);
  }

  #newPath(): string {
    this.#files++;
    return join(this.#folder, String(this.#files));
  }
}

function answerUpload({ status, headers, body }: ReturnType<ResumableUploads["status"]>): Answer {
  return { status, ...(headers ? { headers } : {}), ...(body ? { json: body } : {}) };
}

function sessionOf({ query }: Call): string {
  return query.get("upload_id") ?? "";
}

function download(object: FakeObject, header: string | undefined): Answer {
  const range = parseDownloadRange(header, object.size);
  const { start, end } = range ?? { start: 0, end: object.size };
  const piece = { "Content-Range": `bytes ${start}-${end - 1}/${object.size}` };
  return {
    status: range ? 206 : 200,
    headers: {
      "Content-Type": object.contentType ?? "application/octet-stream",
      "Content-Length": String(end - start),
      "x-goog-generation": String(object.generation),
      "x-goog-hash": `crc32c=${object.crc32c},md5=${object.md5Hash}`,
      "x-goog-stored-content-encoding": "identity",
      "x-goog-stored-content-length": String(object.size),
      ...(range ? piece : {}),
    },
    stream: createReadStream(object.path, { start, end: Math.max(start, end - 1) }),
  };
}

/** Turns a bit of the file's first byte when that is the fault. */
async function spoil({ path }: DiskFile, fault: Fault | undefined): Promise<void> {
  if (fault?.kind !== "corrupt") return;
  const file = await open(path, "r+");
  const { buffer: first } = await file.read(Buffer.alloc(1), 0, 1, 0);
  await file.write(Buffer.from([(first[0] ?? 0) ^ 1]), 0, 1, 0);
  await file.close();
}

async function readJson(body: Readable) {
  const text = (await readAll(body)).toString();
  return text === "" ? {} : JSON.parse(text);
}

async function readAll(body: Readable): Promise<Buffer> {
  const bytes = await buffer(body);
  if (bytes.length > MAX_BODY_BYTES)
    throw new ApiError(413, "uploadTooLarge", "Too large for one request.");
  return bytes;
}
