import { StorageError } from "@meeting-bot/core";
import type { StorageAction } from "./storage-action.ts";

/** What was being done, and where it was believed to be. */
export interface S3Action extends StorageAction {
  region: string;
  /** The server, where it is not Amazon's. */
  endpoint?: string | undefined;
}

/** What went wrong, read from whatever the client threw. */
interface Fault {
  /** S3's word (`NoSuchKey`), or the system's (`ECONNRESET`). */
  word: string;
  status: number | undefined;
  /** The region that the bucket is in, where S3 says so. */
  region: string | undefined;
  text: string;
}

type Explain = (action: S3Action, fault: Fault) => [StorageError["code"], string];

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
const PERMISSIONS: Record<StorageAction["verb"], string> = {
  store: "s3:PutObject",
  // Without the second, S3 calls a missing object forbidden.
  describe: "s3:GetObject and s3:ListBucket",
  read: "s3:GetObject",
  list: "s3:ListBucket",
  remove: "s3:DeleteObject",
  sign: "s3:GetObject",
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const BY_WORD: Readonly<Record<string, Explain>> = {
  NoSuchBucket: ({ bucket }) => [
    "no-bucket",
    `There is no bucket "${bucket}". Correct its name, or create it: aws s3 mb s3://${bucket}`,
  ],
  NoSuchUpload: ({ name }) => ["corrupt", `S3 no longer has what was sent of "${name}".`],
  RequestTimeout: explainUnavailable,
  // Both mean that somebody else is writing the same object at this moment.
  ConditionalRequestConflict: explainUnavailable,
  OperationAborted: explainUnavailable,
  AccessDenied: explainForbidden,
  AllAccessDisabled: explainForbidden,
  InvalidAccessKeyId: explainCredentials,
  SignatureDoesNotMatch: explainCredentials,
  InvalidToken: explainCredentials,
  ExpiredToken: explainCredentials,
  ExpiredTokenException: explainCredentials,
  TokenRefreshRequired: explainCredentials,
  CredentialsProviderError: explainCredentials,
  RequestTimeTooSkewed: (_, { text }) => [
    "forbidden",
    `S3 takes no requests from a clock that is wrong: set this machine's time. It says: ${text}`,
  ],
  ENOTFOUND: ({ bucket, endpoint }, { text }) => [
    "unavailable",
    `The server of bucket "${bucket}" has no address: ${text}. ${endpoint ? "Check S3_ENDPOINT; with S3_ADDRESSING=path the bucket's name is no part of the host." : "Check the region and the network."}`,
  ],
};

const BY_STATUS: Readonly<Record<number, Explain>> = {
  401: explainCredentials,
  403: explainForbidden,
  404: explainNotFound,
  412: ({ name }) => ["precondition", `Somebody else has changed "${name}" in the meantime.`],
  429: explainUnavailable,
};

/** How S3 answers in the wrong region, naming the right one. */
const MISDIRECTED = [301, 307, 400];

const TLS_WORDS = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO/;

/** Puts what the S3 client threw into a user's words; a `StorageError` stays as it is. */
export function toS3Error(error: unknown, action: S3Action): StorageError {
  if (error instanceof StorageError) return error;
  const fault = readFault(error);
  const [code, message] = explanationOf(fault, action)(action, fault);
  return new StorageError(code, message, { cause: error });
}

/** What the client's errors may carry. */
interface ClientError {
  name?: unknown;
  message?: unknown;
  code?: unknown;
  Region?: unknown;
  $metadata?: { httpStatusCode?: number };
  $response?: { headers?: Record<string, string> };
}

function readFault(error: unknown): Fault {
  const { name, message, code, Region, $metadata, $response } = asClientError(error);
  const status = $metadata?.httpStatusCode;
  const region = Region ?? $response?.headers?.["x-amz-bucket-region"];
  return {
    word: String((status === undefined && code) || name || ""),
    status,
    region: typeof region === "string" ? region : undefined,
    text: String(message || code || name || "no reason given").slice(0, 500),
  };
}

function explanationOf({ word, status, region }: Fault, action: S3Action): Explain {
  const misdirected = status !== undefined && MISDIRECTED.includes(status);
  if (misdirected && region !== undefined && region !== action.region) return explainRegion;
  const known = Object.hasOwn(BY_WORD, word) ? BY_WORD[word] : undefined;
  if (known) return known;
  if (TLS_WORDS.test(word)) return explainTls;
  if (status === undefined || status >= 500) return explainUnavailable;
  return BY_STATUS[status] ?? explainRefused;
}

function explainForbidden({ bucket, verb }: S3Action, { text }: Fault) {
  return [
    "forbidden",
    `The job's role may not do ${PERMISSIONS[verb]} in bucket "${bucket}": allow it in the role's policy and in the bucket's. S3 says: ${text}`,
  ] satisfies ReturnType<Explain>;
}

function explainCredentials({ bucket }: S3Action, { text }: Fault) {
  return [
    "forbidden",
    `S3 does not accept who is asking for bucket "${bucket}": give the task an IAM role, or valid keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. It says: ${text}`,
  ] satisfies ReturnType<Explain>;
}

function explainNotFound({ bucket, name, verb }: S3Action) {
  return (
    verb === "store"
      ? ["precondition", `"${name}", which was to be replaced, has been removed in the meantime.`]
      : ["not-found", `There is no object "${name}" in bucket "${bucket}".`]
  ) satisfies ReturnType<Explain>;
}

function explainRegion({ bucket, region }: S3Action, fault: Fault) {
  return [
    "refused",
    `Bucket "${bucket}" is in region ${fault.region}, not in ${region}: set S3_REGION=${fault.region}.`,
  ] satisfies ReturnType<Explain>;
}

function explainTls({ bucket }: S3Action, { text }: Fault) {
  return [
    "refused",
    `The server of bucket "${bucket}" cannot be trusted: ${text}. Check S3_ENDPOINT, and name a private authority's certificate in NODE_EXTRA_CA_CERTS.`,
  ] satisfies ReturnType<Explain>;
}

function explainUnavailable({ bucket, name, verb }: S3Action, { text }: Fault) {
  const message = `S3 could not ${verb} "${name}" in bucket "${bucket}" just now: ${text}`;
  return ["unavailable", message] satisfies ReturnType<Explain>;
}

function explainRefused({ bucket, name, verb }: S3Action, { text, word }: Fault) {
  const message = `S3 refused to ${verb} "${name}" in bucket "${bucket}": ${word}: ${text}`;
  return ["refused", message] satisfies ReturnType<Explain>;
}

function asClientError(value: unknown): ClientError {
  return typeof value === "object" && value !== null ? value : {};
}
