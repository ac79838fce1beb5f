import { get } from "node:http";
import type { Readable } from "node:stream";
import { parseStorageUrl } from "@meeting-bot/core";
import { Digest } from "../../../storage/src/crc32c.ts";
import { S3RecordingStore } from "../../../storage/src/s3-recording-store.ts";
import type { Store } from "../stores/store.ts";

/** An artifact as a webhook tells of it, as far as downloading needs it. */
export interface Artifact {
  kind: string;
  bucket: string;
  key: string;
  region: string;
  bytes: number;
  crc32c: string;
}

/** Where the bucket's name is: in the path, as MinIO has it, or in the host, as Amazon has it. */
export type Style = "minio" | "aws";

/** One way to an artifact, and whether what was at its end is the artifact. */
export interface Download {
  style: Style | "api";
  /** Without its signature. */
  url: string;
  ok: boolean;
}

/** Downloads an artifact with the application's own keys, by an address in this style. */
export async function downloadDirectly(
  artifact: Artifact,
  { functionsEnv, platformEnv }: Pick<Store, "functionsEnv" | "platformEnv">,
  style: Style,
): Promise<Download> {
  const { bucket, key, region } = artifact;
  const server = functionsEnv["S3_ENDPOINT"] ?? "";
  const store = new S3RecordingStore({
    ...{ bucket, region },
    ...(style === "minio" && { endpoint: server, addressing: "path" }),
    credentials: {
      accessKeyId: platformEnv["AWS_ACCESS_KEY_ID"] ?? "",
      secretAccessKey: platformEnv["AWS_SECRET_ACCESS_KEY"] ?? "",
    },
  });
  const url = new URL(await store.signedUrl(key, { expiresSeconds: 60 }));
  const parsed = parseStorageUrl(url.origin + url.pathname, server);
  const leadsThere = parsed.ok && parsed.location.bucket === bucket && parsed.location.key === key;
  return { style, url: shown(url), ok: leadsThere && (await holds(url, server, artifact)) };
}

/** Downloads an artifact by the address that the API has signed, without any keys. */
export async function downloadSigned(address: string, artifact: Artifact): Promise<Download> {
  const url = new URL(address);
  return { style: "api", url: shown(url), ok: await holds(url, url.origin, artifact) };
}

/** Whether a URL has the artifact's bytes. Whatever its host is: `server` plays it. */
async function holds(url: URL, server: string, { bytes, crc32c }: Artifact): Promise<boolean> {
  const digest = new Digest();
  for await (const chunk of await fetchFrom(server, url)) digest.update(chunk);
  return digest.bytes === bytes && digest.crc32c === crc32c;
}

async function fetchFrom(server: string, { host, pathname, search }: URL): Promise<Readable> {
  const { hostname, port } = new URL(server);
  const { promise, resolve, reject } = Promise.withResolvers<Readable>();
  const path = pathname + search;
  get({ hostname, port, path, headers: { host }, agent: false }, (answer) => {
    if (answer.statusCode === 200) resolve(answer);
    else reject(new Error(`${host} answered ${answer.statusCode}.`));
  }).on("error", reject);
  return promise;
}

function shown({ origin, pathname }: URL): string {
  return origin + pathname;
}
