import { StorageError } from "@meeting-bot/core";
import type { StorageAction } from "./storage-action.ts";

type Explain = (action: StorageAction, text: string) => [StorageError["code"], string];

const PERMISSIONS: Record<StorageAction["verb"], string> = {
  store: "storage.objects.create",
  describe: "storage.objects.get",
  read: "storage.objects.get",
  list: "storage.objects.list",
  remove: "storage.objects.delete",
  sign: "iam.serviceAccounts.signBlob",
};

const BY_STATUS: Record<number, Explain> = {
  401: (action, text) => [
    "forbidden",
    `Cloud Storage does not know who is asking for bucket "${action.bucket}": give the job a service account. It says: ${text}`,
  ],
  403: explainForbidden,
  404: explainNotFound,
  412: ({ name }) => ["precondition", `Somebody else has changed "${name}" in the meantime.`],
};

/** Puts what the Cloud Storage client threw into a user's words; a `StorageError` stays as it is. */
export function toStorageError(error: unknown, action: StorageAction): StorageError {
  if (error instanceof StorageError) return error;
  const status = statusOf(error);
  const text = textOf(error);
  // The client drops the status of what refused to sign.
  const explanation = action.verb === "sign" ? explainUnsigned : explain(status, text);
  const [code, message] = explanation(action, text);
  return new StorageError(code, message, { cause: error });
}

/** What the client's errors may carry; which of it depends on the kind of request that failed. */
interface ClientError {
  message?: unknown;
  /** An HTTP status (number or string) or a system's word such as ECONNRESET. */
  code?: unknown;
  status?: unknown;
  reason?: unknown;
  errors?: unknown;
  error?: unknown;
  response?: unknown;
  data?: unknown;
}

function statusOf(error: unknown): number | undefined {
  const { status, code, response } = asClientError(error);
  const found = [status, code, asClientError(response).status].map(Number);
  return found.find((value) => value >= 400 && value < 600);
}

function explain(status: number | undefined, text: string): Explain {
  // No status: the connection failed. 403 is also how a rate limit is told.
  const later =
    status === undefined ||
    status === 408 ||
    status === 429 ||
    status >= 500 ||
    /rateLimit/i.test(text);
  if (later) return explainUnavailable;
  return BY_STATUS[status] ?? explainRefused;
}

function explainForbidden({ bucket, verb }: StorageAction, text: string) {
  const account = /[\w.+-]+@[\w.-]+\.gserviceaccount\.com/.exec(text)?.[0];
  const permission = /storage\.[a-z]+\.[a-z]+/i.exec(text)?.[0] ?? PERMISSIONS[verb];
  const who = account ? `The service account ${account}` : "The job's service account";
  const member = account ?? "SERVICE_ACCOUNT";
  const grant = `gcloud storage buckets add-iam-policy-binding gs://${bucket} --member=serviceAccount:${member} --role=roles/storage.objectUser`;
  return [
    "forbidden",
    `${who} may not do ${permission} in bucket "${bucket}". Grant it the role Storage Object User: ${grant}`,
  ] satisfies ReturnType<Explain>;
}

function explainNotFound({ bucket, name, verb }: StorageAction, text: string) {
  const aboutBucket = verb === "store" || verb === "list" || /bucket does not exist/i.test(text);
  const create = `gcloud storage buckets create gs://${bucket}`;
  return (
    aboutBucket
      ? ["no-bucket", `There is no bucket "${bucket}". Correct its name, or create it: ${create}`]
      : ["not-found", `There is no object "${name}" in bucket "${bucket}".`]
  ) satisfies ReturnType<Explain>;
}

function explainUnsigned({ bucket, name }: StorageAction, text: string) {
  return [
    "forbidden",
    `No URL could be signed for "${name}" in bucket "${bucket}": the job's service account needs ${PERMISSIONS.sign} on itself, as the role Service Account Token Creator gives it. It says: ${text}`,
  ] satisfies ReturnType<Explain>;
}

function explainUnavailable({ bucket, name, verb }: StorageAction, text: string) {
  const message = `Cloud Storage could not ${verb} "${name}" in bucket "${bucket}" just now: ${text}`;
  return ["unavailable", message] satisfies ReturnType<Explain>;
}

function explainRefused({ bucket, name, verb }: StorageAction, text: string) {
  const message = `Cloud Storage refused to ${verb} "${name}" in bucket "${bucket}": ${text}`;
  return ["refused", message] satisfies ReturnType<Explain>;
}

/** Everything the error says, without repeats: the account and the reason are often only in its body. */
function textOf(error: unknown): string {
  const { message, code, errors, response } = asClientError(error);
  const nested = Array.isArray(errors) ? errors.map(textOfNested) : [];
  const body = textOfNested(asClientError(response).data);
  const texts = [message || code, ...nested, body];
  const said = new Set(texts.filter((text) => typeof text === "string" && text !== ""));
  return [...said].join("; ").slice(0, 500) || "no reason given";
}

function textOfNested(value: unknown): string {
  const { message, reason, error } = asClientError(value);
  if (error !== undefined) return textOfNested(error);
  return [message, reason].filter((text) => typeof text === "string").join(" ");
}

function asClientError(value: unknown): ClientError {
  return typeof value === "object" && value !== null ? value : {};
}
