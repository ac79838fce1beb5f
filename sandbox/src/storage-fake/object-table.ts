import { rm } from "node:fs/promises";
import type { DiskFile } from "./disk-file.ts";
import { ApiError } from "./protocol.ts";

/** What an upload says about its object. */
export interface ObjectResource {
  contentType?: string;
  metadata?: Record<string, string>;
}

/** An object in the fake; its bytes are in the file `path`. */
export interface FakeObject extends ObjectResource {
  bucket: string;
  name: string;
  generation: number;
  metageneration: number;
  size: number;
  crc32c: string;
  md5Hash: string;
  path: string;
}

/** The object that a call names, and its query. */
export interface ObjectAddress {
  bucket: string;
  name: string;
  query: URLSearchParams;
}

/** Preconditions of a call, from its query. */
export function checkPreconditions(query: URLSearchParams, object: FakeObject | undefined): void {
  const wanted = query.get("ifGenerationMatch");
  const meta = query.get("ifMetagenerationMatch");
  const fails =
    (wanted !== null && Number(wanted) !== (object?.generation ?? 0)) ||
    (meta !== null && Number(meta) !== object?.metageneration);
  if (fails) {
    const message = "At least one of the pre-conditions you specified did not hold.";
    throw new ApiError(412, "conditionNotMet", message);
  }
}

/** All buckets' objects. Generations grow over the whole table and are never used again. */
export class ObjectTable {
  readonly #objects = new Map<string, FakeObject>();
  readonly #buckets: ReadonlySet<string>;
  #lastGeneration = 1_700_000_000_000_000;

  constructor(buckets: readonly string[]) {
    this.#buckets = new Set(buckets);
  }

  /** Every object of every bucket, by bucket and name. */
  all(): FakeObject[] {
    return [...this.#objects.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, object]) => object);
  }

  checkBucket(bucket: string): void {
    if (!this.#buckets.has(bucket)) {
      throw new ApiError(404, "notFound", "The specified bucket does not exist.");
    }
  }

  find(bucket: string, name: string): FakeObject | undefined {
    return this.#objects.get(`${bucket}/${name}`);
  }

  /** Finds an object, of one generation when the query names it; none is a 404. */
  get(bucket: string, name: string, query: URLSearchParams): FakeObject {
    this.checkBucket(bucket);
    const object = this.find(bucket, name);
    const generation = query.get("generation");
    if (!object || (generation !== null && Number(generation) !== object.generation)) {
      throw new ApiError(404, "notFound", `No such object: ${bucket}/${name}`);
    }
    checkPreconditions(query, object);
    return object;
  }

  /** Makes a file the object's newest generation, if the preconditions still hold. */
  async commit({ bucket, name, query }: ObjectAddress, resource: ObjectResource, file: DiskFile) {
    const checksums = await file.checksums();
    const old = this.find(bucket, name);
    checkPreconditions(query, old);
    const versions = { generation: ++this.#lastGeneration, metageneration: 1 };
    const object = { ...resource, ...checksums, ...versions, bucket, name, path: file.path };
    this.#objects.set(`${bucket}/${name}`, object);
    if (old) await rm(old.path);
    return object;
  }

  patch(object: FakeObject, resource: ObjectResource): FakeObject {
    const metadata = { ...object.metadata, ...resource.metadata };
    const patched = { ...object, ...resource, metadata, metageneration: object.metageneration + 1 };
    this.#objects.set(`${object.bucket}/${object.name}`, patched);
    return patched;
  }

  async remove(object: FakeObject): Promise<void> {
    this.#objects.delete(`${object.bucket}/${object.name}`);
    await rm(object.path);
  }
}

/** The object as the JSON API describes it: numbers as strings. */
export function toResource({ path: _, ...object }: FakeObject) {
  const { generation, metageneration, size } = object;
  return {
    kind: "storage#object",
    id: `${object.bucket}/${object.name}/${generation}`,
    ...object,
    generation: String(generation),
    metageneration: String(metageneration),
    size: String(size),
  };
}
