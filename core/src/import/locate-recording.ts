import { type ParsedStorageUrl, parseStorageUrl, toUrl } from "../storage-url.ts";

/** Where a bot's service says that it has stored a recording, in its own words. */
export interface RecordingAddress {
  /** Web addresses of the object. */
  urls: readonly string[];
  storage?: StoragePlace | undefined;
}

/** The object by its names; `key` as it is, not percent-encoded. */
export interface StoragePlace {
  provider?: string | undefined;
  bucket: string;
  key: string;
  /** The origin of the server that it was sent to, where that is not Amazon's default. */
  endpoint?: string | undefined;
}

/** An object as `scheme://bucket/key`, or what is wrong with its address, as a sentence. */
export type LocatedRecording = { ok: true; uri: string } | { ok: false; problem: string };

const SCHEMES: ReadonlyMap<string, "s3" | "gs"> = new Map([
  ["s3", "s3"],
  ["gs", "gs"],
  ["gcs", "gs"],
]);

/** Cloud Storage takes S3's requests, too. */
const GOOGLE = "storage.googleapis.com";

/**
 * Reads bucket and key from everything that is said of an object, which must agree. A server's name
 * only helps to tell bucket from key: `ours` is the endpoint of our own S3, if that is not Amazon's,
 * and a service may know the same server by another name.
 */
export function locateRecording(
  { urls, storage }: RecordingAddress,
  ours: string | undefined,
): LocatedRecording {
  const endpoints = [undefined, storage?.endpoint, ours];
  const read = [
    ...urls.map((url) => readUrl(url, endpoints)),
    ...(storage ? [readPlace(storage)] : []),
  ];
  const refused = read.find((parsed) => !parsed.ok);
  if (refused?.ok === false) return refuse(`Its address ${refused.problem}.`);
  const found = read.flatMap((parsed) => (parsed.ok ? [parsed.location] : []));
  if (found.some(({ key }) => key === ""))
    return refuse("Its address names a bucket and no object.");
  const [uri, ...others] = new Set(found.map((location) => toUrl(location, "uri")));
  if (uri === undefined) return refuse("It has no address: neither blobUrl nor metadata.storage.");
  if (others.length > 0) return refuse("Its addresses lead to different objects.");
  return { ok: true, uri };
}

/** Known hosts first: that of Amazon or Google may be named as the endpoint, too. */
function readUrl(url: string, endpoints: readonly (string | undefined)[]): ParsedStorageUrl {
  // A service may write a key as it is; the bot's have spaces.
  const encoded = url.replaceAll(" ", "%20");
  const read = endpoints.map((endpoint) => parseStorageUrl(encoded, endpoint));
  return read.find(({ ok }) => ok) ?? parseStorageUrl(encoded);
}

function readPlace({
  provider = "s3",
  bucket,
  key,
  endpoint = "",
}: StoragePlace): ParsedStorageUrl {
  const scheme = URL.parse(endpoint)?.host === GOOGLE ? "gs" : SCHEMES.get(provider);
  if (scheme === undefined) return { ok: false, problem: "names no known provider" };
  if (bucket.includes("/")) return { ok: false, problem: "names a bucket with a slash" };
  return parseStorageUrl(`${scheme}://${bucket}/${key}`);
}

function refuse(problem: string): LocatedRecording {
  return { ok: false, problem };
}
