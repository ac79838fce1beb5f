import { lineProblem } from "./text.ts";

/** Cloud Storage's limit for an object's whole name, in UTF-8 bytes; S3's is the same. */
const MAX_NAME_BYTES = 1024;

/** Left free behind a path for the longest name that we put there: `/raw/{128 bytes}/000001-99.part`. */
const RESERVED_BYTES = 150;

/** A path under which one recording's objects go: checked, or what is wrong with it, as the end of a sentence. */
export type RecordingPath = { ok: true; path: string } | { ok: false; problem: string };

/** Whom a recording belongs to, as far as its default path tells. */
export interface RecordingOwner {
  creatorUserId?: string | undefined;
  creatorOrganizationId?: string | undefined;
  meetingId: string;
  instanceId: string;
}

const RULES: readonly [problem: string, breaks: (path: string) => boolean][] = [
  ["is empty", (path) => path === ""],
  // The bucket is the operator's choice. A document that names one, even the right one, would
  // suggest that it may choose.
  [
    "must not have a scheme or a bucket (no gs://)",
    (path) => /^[a-z][a-z0-9+.-]*:\/\//i.test(path),
  ],
  ["must not begin with a slash", (path) => path.startsWith("/")],
  ["has an empty segment (two slashes, or one at its end)", (path) => path.split("/").includes("")],
  [
    "has a segment . or ..",
    (path) => path.split("/").some((part) => part === "." || part === ".."),
  ],
  // Which Windows takes for a slash: `..\..` would lead somebody out of the folder that he copies to.
  ["has a backslash", (path) => path.includes("\\")],
  // Reserved by Cloud Storage: https://cloud.google.com/storage/docs/objects#naming
  [
    "must not begin with .well-known/acme-challenge",
    (path) => path.startsWith(".well-known/acme-challenge/"),
  ],
  [
    `is longer than ${MAX_NAME_BYTES - RESERVED_BYTES} bytes in UTF-8`,
    (path) => Buffer.byteLength(path) > MAX_NAME_BYTES - RESERVED_BYTES,
  ],
];

/** Checks a `gcs_path` from a document, which nobody has looked at before; the first problem is told. */
export function parseRecordingPath(value: unknown): RecordingPath {
  if (typeof value !== "string") {
    return { ok: false, problem: `must be a string, not ${typeof value}` };
  }
  const problem = RULES.find(([, breaks]) => breaks(value))?.[0] ?? lineProblem(value);
  return problem === undefined ? { ok: true, path: value } : { ok: false, problem };
}

/** The path of a recording whose document names none; the instance's id makes it nobody else's. */
export function defaultRecordingPath(owner: RecordingOwner): string {
  const creator = owner.creatorUserId || owner.creatorOrganizationId || "unowned";
  return ["recordings", creator, owner.meetingId, owner.instanceId].map(toSegment).join("/");
}

/** The name of an output: `{path}/video.mp4`. */
export function outputName(path: string, file: string): string {
  return `${path}/${file}`;
}

/** The folder of the parts that one claim stored: `{path}/raw/{claim token}/`. */
export function partPrefix(path: string, claimToken: string): string {
  return `${path}/raw/${toSegment(claimToken)}/`;
}

/** The name of a part, counted from 1; six digits so that names sort as the parts do. */
export function partName(path: string, claimToken: string, sequence: number): string {
  return `${partPrefix(path, claimToken)}${String(sequence).padStart(6, "0")}.part`;
}

/** The name to take when another instance has `name`: `video.mp4` → `video-2.mp4`. */
export function alternativeName(name: string, count: number): string {
  const [, stem, extension] = /^(.*?)(\.[^./]*)?$/s.exec(name) ?? [];
  return `${stem ?? name}-${count}${extension ?? ""}`;
}

/** Makes one harmless segment, of at most 128 bytes, of any id. */
function toSegment(id: string): string {
  const segment = id.replaceAll(/[^A-Za-z0-9_.@-]/g, "_").slice(0, 128);
  return /^\.*$/.test(segment) ? "_".repeat(Math.max(1, segment.length)) : segment;
}
