import { fileURLToPath } from "node:url";
import { ConfigurationError, parseStorageUrl, type RecordingStore } from "@meeting-bot/core";
import type { GcsSettings } from "./gcs-recording-store.ts";
import type { S3Settings } from "./s3-client.ts";

/** What the adapters may be told besides the bucket or folder. */
export interface StorageSettings {
  /** Bytes of the pieces that large files are uploaded in; 0 sends each in one piece where that is possible. */
  chunkBytes?: number;
  /** Who asks for a `gs://` bucket; by default whom Google's library finds by itself. */
  authClient?: GcsSettings["authClient"];
  /** Where an `s3://` bucket is, and how its server is spoken to. */
  s3?: S3Access;
}

/** See `S3Settings`; an empty endpoint is Amazon's. */
export interface S3Access {
  region: string;
  endpoint?: string;
  addressing?: "virtual-hosted" | "path";
  credentials?: S3Settings["credentials"];
}

/** Opens the store at a location of its scheme; undefined when the location names none. */
type Builder = (location: string, settings: StorageSettings) => Promise<RecordingStore | undefined>;

/** Amazon's default region. */
const DEFAULT_S3: S3Access = { region: "us-east-1" };

/** The least that a part of an S3 upload may have. */
const MIN_PART_BYTES = 5 * 1024 * 1024;

/** By scheme, with an example. An adapter's SDK is loaded only when its scheme is used. */
const BUILDERS: Readonly<Record<string, { example: string; build: Builder }>> = {
  gs: {
    example: "gs://bucket",
    build: async (location, { chunkBytes, authClient }) => {
      const bucket = bucketOf(location);
      if (bucket === undefined) return undefined;
      const { GcsRecordingStore } = await import("./gcs-recording-store.ts");
      return new GcsRecordingStore({ bucket, chunkBytes, authClient });
    },
  },
  s3: {
    example: "s3://bucket",
    build: async (location, { chunkBytes, s3 = DEFAULT_S3 }) => {
      const bucket = bucketOf(location);
      if (bucket === undefined) return undefined;
      const { S3RecordingStore } = await import("./s3-recording-store.ts");
      const partBytes = chunkBytes ? Math.max(chunkBytes, MIN_PART_BYTES) : undefined;
      return new S3RecordingStore({ bucket, partBytes, ...s3 });
    },
  },
  file: {
    example: "file:///folder",
    build: async (location) => {
      const url = URL.parse(location);
      // An encoded slash, a query and a fragment are no part of any path.
      if (url?.host !== "" || url.pathname === "/" || /%2f|[?#]/i.test(location)) return undefined;
      const { FileRecordingStore } = await import("./file-recording-store.ts");
      return new FileRecordingStore({ folder: fileURLToPath(url) });
    },
  },
};

/** Opens the store at a location such as `gs://bucket`; another throws `ConfigurationError`. Makes no request. */
export async function openRecordingStore(
  location: string,
  settings: StorageSettings = {},
): Promise<RecordingStore> {
  const scheme = /^([a-z0-9]+):\/\//.exec(location)?.[1] ?? "";
  const known = Object.hasOwn(BUILDERS, scheme) ? BUILDERS[scheme] : undefined;
  const store = await known?.build(location, settings);
  if (store) return store;
  const examples = known ? [known] : Object.values(BUILDERS);
  const allowed = examples.map(({ example }) => example).join(" or ");
  throw new ConfigurationError(`Recordings cannot be kept at "${location}": use ${allowed}.`);
}

/** The bucket of a URL that names nothing in it. */
function bucketOf(location: string): string | undefined {
  const parsed = parseStorageUrl(location);
  return parsed.ok && parsed.location.key === "" ? parsed.location.bucket : undefined;
}
