/** Where an object is, however it is written; an empty `key` means the bucket itself. */
export interface StorageLocation {
  scheme: "gs" | "s3";
  bucket: string;
  /** The object's name, decoded. */
  key: string;
  /** Amazon's region, where the URL names one. */
  region?: string;
  /** The origin of an S3-compatible server that is not Amazon's. */
  endpoint?: string;
}

/** A location, or what is wrong with the URL, as the end of a sentence. */
export type ParsedStorageUrl =
  | { ok: true; location: StorageLocation }
  | { ok: false; problem: string };

/** How a location is written: `gs://b/k` or `s3://b/k`, or a web address with the bucket in its path or host. */
export type StorageUrlStyle = "uri" | "path" | "virtual-hosted";

/** A web address whose server is known; `bucket` is given where the host names it. */
interface Server {
  scheme: StorageLocation["scheme"];
  bucket?: string;
  region?: string;
  endpoint?: string;
  /** Amazon reads a `+` in a path as a space, and its console writes it so. */
  plusIsSpace?: boolean;
}

const MAX_URL_CHARACTERS = 4096;

/** Both services' limit, in UTF-8 bytes. */
const MAX_KEY_BYTES = 1024;

const NO_ADDRESS = "(?!\\d+\\.\\d+\\.\\d+\\.\\d+$)(?!.*\\.\\.)";

/**
 * https://cloud.google.com/storage/docs/buckets#naming and
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
const BUCKETS: Readonly<Record<StorageLocation["scheme"], RegExp>> = {
  gs: new RegExp(`^${NO_ADDRESS}[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$`),
  s3: new RegExp(`^${NO_ADDRESS}[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`),
};

const GOOGLE_HOST = /^(?:(?<bucket>.+)\.)?storage\.googleapis\.com$/;

const REGION = "(?<region>[a-z]{2}(?:-[a-z]+)+-\\d+)";

/**
 * Global, `s3-external-1`, regional with a dot or the older dash, FIPS, dual-stack, China:
 * https://docs.aws.amazon.com/general/latest/gr/s3.html
 */
const AMAZON_HOST = new RegExp(
  `^(?:(?<bucket>.+)\\.)?s3(?:-external-1|(?:-fips)?(?:(?:\\.dualstack)?\\.|-)${REGION})?\\.amazonaws\\.com(?<china>\\.cn)?$`,
);

const ACCESS_POINT_HOST = /\.s3-accesspoint[.-]|\.accesspoint\.s3-global\./;

/**
 * Reads `gs://b/k`, `s3://b/k`, and web addresses of Cloud Storage, of Amazon S3 and of the server at
 * `endpoint` (an origin), the bucket in the path or in the host. Decides on the parsed host alone.
 */
export function parseStorageUrl(text: string, endpoint?: string): ParsedStorageUrl {
  if (text.length > MAX_URL_CHARACTERS) {
    return refuse(`is longer than ${MAX_URL_CHARACTERS} characters`);
  }
  const [, scheme, bucket = "", key = ""] = /^(gs|s3):\/\/([^/]*)(?:\/(.*))?$/s.exec(text) ?? [];
  if (scheme === "gs" || scheme === "s3") return check({ scheme, bucket, key });
  return parseWebUrl(text, endpoint);
}

/** Writes a location; the inverse of `parseStorageUrl`, but for the region and server, which a `uri` has no place for. */
export function toUrl(location: StorageLocation, style: StorageUrlStyle): string {
  const { scheme, bucket, key } = location;
  if (style === "uri") return `${scheme}://${bucket}/${key}`;
  const { protocol, host } = new URL(serverOf(location));
  const path = key.split("/").map(encodeSegment).join("/");
  return style === "path"
    ? `${protocol}//${host}/${bucket}/${path}`
    : `${protocol}//${bucket}.${host}/${path}`;
}

function parseWebUrl(text: string, endpoint: string | undefined): ParsedStorageUrl {
  // The path as it was written: a parsed URL has lost its dot segments.
  const [, host, path = ""] = /^https?:\/\/([^/?#]*)(?:\/([^?#\\\s]*))?$/.exec(text) ?? [];
  const url = URL.parse(text);
  if (host === undefined || !url) return refuse("is no URL without query and fragment");
  // Anything that parsing changes or sets aside: user names, upper case, standard ports, escapes.
  if (url.host !== host) return refuse(`must have its host written as ${url.host}, alone`);
  if (ACCESS_POINT_HOST.test(host)) return refuse("leads to an access point, not to a bucket");
  const server = identify(url, endpoint);
  if (!server) return refuse(`leads to ${host}, which is no known storage`);
  return locate(server, path);
}

function locate(server: Server, path: string): ParsedStorageUrl {
  const { plusIsSpace, bucket: hosted, ...rest } = server;
  const slash = `${path}/`.indexOf("/");
  const [bucket, encoded] =
    hosted === undefined ? [path.slice(0, slash), path.slice(slash + 1)] : [hosted, path];
  const key = decode(plusIsSpace ? encoded.replaceAll("+", "%20") : encoded);
  return key === undefined
    ? refuse("has a percent sign that encodes no UTF-8")
    : check({ ...rest, bucket, key });
}

function identify(url: URL, endpoint: string | undefined): Server | undefined {
  return identifyEndpoint(url, endpoint) ?? identifyGoogle(url) ?? identifyAmazon(url);
}

function identifyEndpoint({ protocol, host }: URL, endpoint = ""): Server | undefined {
  const server = URL.parse(endpoint);
  if (!server || server.protocol !== protocol) return undefined;
  const found = { scheme: "s3", endpoint: server.origin } as const;
  if (host === server.host) return found;
  const bucket = host.endsWith(`.${server.host}`) && host.slice(0, -server.host.length - 1);
  return bucket ? { ...found, bucket } : undefined;
}

function identifyGoogle({ protocol, host }: URL): Server | undefined {
  const groups = protocol === "https:" && GOOGLE_HOST.exec(host)?.groups;
  if (!groups) return undefined;
  const { bucket } = groups;
  return { scheme: "gs", ...(bucket && { bucket }) };
}

function identifyAmazon({ protocol, host }: URL): Server | undefined {
  const groups = protocol === "https:" && AMAZON_HOST.exec(host)?.groups;
  if (!groups) return undefined;
  const { bucket, region, china } = groups;
  if (isChinese(region) !== (china !== undefined)) return undefined;
  return { scheme: "s3", plusIsSpace: true, ...(bucket && { bucket }), ...(region && { region }) };
}

function check(location: StorageLocation): ParsedStorageUrl {
  const { scheme, bucket, key } = location;
  if (!BUCKETS[scheme].test(bucket)) return refuse(`names no bucket that ${scheme}:// can have`);
  if (/\p{Cc}/u.test(key) || !key.isWellFormed()) return refuse("has a control character");
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) return refuse("has a key of more than 1024 bytes");
  // Servers keep such keys apart; browsers and other clients resolve them on the way.
  if (key.split("/").some((part) => part === "." || part === "..")) {
    return refuse("has a segment . or ..");
  }
  return { ok: true, location };
}

function serverOf({ scheme, region, endpoint }: StorageLocation): string {
  if (scheme === "gs") return "https://storage.googleapis.com";
  if (endpoint !== undefined) return endpoint;
  const host = region === undefined ? "s3.amazonaws.com" : `s3.${region}.amazonaws.com`;
  return `https://${host}${isChinese(region) ? ".cn" : ""}`;
}

function isChinese(region: string | undefined): boolean {
  return region?.startsWith("cn-") ?? false;
}

/** Percent-encodes all but the unreserved characters of RFC 3986, as Amazon's signatures do. */
function encodeSegment(segment: string): string {
  const toHex = (char: string) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(segment).replaceAll(/[!'()*]/g, toHex);
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function refuse(problem: string): ParsedStorageUrl {
  return { ok: false, problem };
}
