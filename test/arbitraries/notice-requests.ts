import fc, { type Arbitrary } from "fast-check";
import { headerTexts, jsonBodies, spoilt, type WireRequest } from "./http.ts";
import { hostileUrls, meetingUrls } from "./meeting-urls.ts";
import { hostileTexts, plainTexts } from "./texts.ts";
import { oddJson } from "./values.ts";

/** How a notice is signed: with a secret that is known, with another one, or with whatever. */
export type Signing =
  | { kind: "signed"; secret: string; write: (digest: string) => string }
  | { kind: "header"; text: string }
  | undefined;

/** A request with a notice; who sends it adds the header `X-Webhook-Signature`. */
export interface NoticeRequest extends WireRequest {
  signing: Signing;
}

/** What receivers know, the newest first. */
export const SECRETS = ["new-notify-secret", "old-notify-secret"] as const;
/** The only bucket that is fetched from. */
export const BUCKET = "s3://imports";

const buckets = fc.oneof(
  { weight: 9, arbitrary: fc.constant("imports") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("private", "imports.evil", "..", "a/imports", "imports@evil.com"),
  },
);
const keys = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom("a.webm", "meeting-bot/ada/Recording 3:15pm.webm", "a/ü.webm"),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("", "/", "..", "a/../b", "a//b", "%2e%2e/a", "a?b", "a#b", "a%"),
  },
  { weight: 1, arbitrary: hostileTexts.map((text) => text.slice(0, 2000)) },
);
const STYLES: readonly ((bucket: string, key: string) => string)[] = [
  (bucket, key) => `https://${bucket}.s3.eu-central-1.amazonaws.com/${key}`,
  (bucket, key) => `https://s3.eu-central-1.amazonaws.com/${bucket}/${key}`,
  (bucket, key) => `https://minio.example.com/${bucket}/${key}`,
  (bucket, key) => `https://${bucket}.minio.example.com/${key}`,
  (bucket, key) => `s3://${bucket}/${key}`,
  (bucket, key) => `gs://${bucket}/${key}`,
  (bucket, key) => `https://storage.googleapis.com/${bucket}/${key}`,
  (bucket, key) => `https://me:secret@s3.amazonaws.com/${bucket}/${key}`,
  (bucket, key) => `http://169.254.169.254/${bucket}/${key}`,
];

const places = fc
  .tuple(buckets, keys, fc.constantFrom(...STYLES.slice(0, 4), ...STYLES))
  .map(([bucket, key, style]) => ({
    bucket,
    key,
    url: style(bucket, encodeURI(key.toWellFormed())),
  }));

/** Notices as a bot posts them, with one or two ways to say where the recording is. */
const good = fc
  .tuple(
    places,
    fc.constantFrom("url", "storage", "both"),
    fc.uuid(),
    fc.option(fc.oneof(meetingUrls, hostileUrls)),
    fc.constantFrom("acme", null, "a/b", ""),
    plainTexts,
  )
  .map(([{ bucket, key, url }, said, recordingId, meetingLink, teamId, userId]) => ({
    recordingId,
    meetingLink,
    status: "completed",
    blobUrl: said === "storage" ? null : url,
    timestamp: "2026-02-06T15:45:00.000Z",
    metadata: {
      userId,
      teamId,
      botId: "bot-1",
      duration: 1800,
      ...(said !== "url" && {
        storage: { provider: "s3", bucket, key, url: said === "both" ? url : null },
      }),
    },
  }));

const FIELDS = ["recordingId", "meetingLink", "status", "blobUrl", "timestamp", "metadata"];
const METADATA = ["userId", "teamId", "botId", "duration", "storage"];
const STORAGE = ["provider", "bucket", "key", "endpoint", "url", "duration"];
const odd = fc.oneof(
  oddJson,
  hostileUrls,
  fc.constantFrom("gs", "gcs", "https://storage.googleapis.com"),
);

const spoiltNotices = fc.oneof(
  spoilt(good, FIELDS, odd),
  fc
    .tuple(
      good,
      spoilt(
        good.map(({ metadata }) => metadata),
        METADATA,
        odd,
      ),
    )
    .map(([notice, metadata]) => ({ ...notice, metadata })),
  fc
    .tuple(good, spoilt(places, STORAGE, odd))
    .map(([notice, storage]) => ({ ...notice, metadata: { ...notice.metadata, storage } })),
);
const large = fc
  .constantFrom(60_000, 70_000, 300_000)
  .map((length) => ({ speakers: "x".repeat(length) }));
const bodies = jsonBodies(
  fc.oneof(
    { weight: 6, arbitrary: good },
    { weight: 10, arbitrary: spoiltNotices },
    { weight: 2, arbitrary: oddJson },
    {
      weight: 1,
      arbitrary: fc.tuple(good, large).map(([notice, more]) => ({ ...notice, ...more })),
    },
  ),
);

const right = fc
  .constantFrom(...SECRETS)
  .map((secret): Signing => ({ kind: "signed", secret, write: (digest) => digest }));
const WRITINGS: readonly ((digest: string) => string)[] = [
  (digest) => digest.slice(0, -1),
  (digest) => `${digest}0`,
  (digest) => `sha256=${digest}`,
  (digest) => digest.replace(/^./, (digit) => (digit === "0" ? "1" : "0")),
  (digest) => Buffer.from(digest, "hex").toString("base64"),
  (digest) => `${digest}, ${digest}`,
];
const wrong = fc.oneof(
  fc.constant<Signing>({ kind: "signed", secret: "guess", write: (digest) => digest }),
  fc
    .constantFrom(...WRITINGS)
    .map((write): Signing => ({ kind: "signed", secret: SECRETS[0], write })),
  fc
    .oneof(headerTexts, fc.constantFrom("0".repeat(64), "g".repeat(64), "\xff".repeat(64)))
    .map((text): Signing => ({ kind: "header", text })),
  fc.constant<Signing>(undefined),
);

/** Requests with notices of every kind, most of them signed well. */
export const noticeRequests: Arbitrary<NoticeRequest> = fc.record({
  method: fc.oneof(
    { weight: 19, arbitrary: fc.constant("POST") },
    { weight: 1, arbitrary: fc.constantFrom("GET", "PUT", "PATCH", "DELETE", "OPTIONS") },
  ),
  target: fc.oneof(
    { weight: 9, arbitrary: fc.constant("/") },
    { weight: 1, arbitrary: fc.constantFrom("/x/..%2f", "/?a=b", "//", "/%zz") },
  ),
  headers: fc
    .oneof(
      { weight: 9, arbitrary: fc.constant("application/json") },
      { weight: 1, arbitrary: headerTexts },
    )
    .map((type) => ({ "Content-Type": type })),
  body: bodies,
  signing: fc.oneof({ weight: 5, arbitrary: right }, { weight: 1, arbitrary: wrong }),
});
