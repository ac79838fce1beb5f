import type { Answer } from "./answer.ts";

/** What is wrong with one part of a request: `recording_options.crf`, `query.limit`. */
export interface FieldError {
  field: string;
  message: string;
}

/** The media type of RFC 9457, which the bodies of these answers follow. */
export const PROBLEM_TYPE = "application/problem+json";

const PROBLEMS = {
  "invalid-request": { status: 400, title: "The request cannot be used" },
  "malformed-body": { status: 400, title: "The body is no JSON" },
  "wrong-signature": { status: 401, title: "The body is not signed as it should be" },
  "not-authenticated": { status: 401, title: "The caller is not known" },
  "not-a-member": { status: 403, title: "The caller does not act for this organisation" },
  "foreign-bucket": { status: 403, title: "Nothing is fetched from this bucket" },
  "not-found": { status: 404, title: "There is no such thing" },
  "method-not-allowed": { status: 405, title: "This cannot be done here" },
  "bot-at-work": { status: 409, title: "The bot is at work" },
  "nothing-to-retry": { status: 409, title: "There is nothing to try again" },
  "body-too-large": { status: 413, title: "The body is too large" },
  "unsupported-media-type": { status: 415, title: "The body has another type" },
  "idempotency-key-reused": { status: 422, title: "The idempotency key is taken" },
  fault: { status: 500, title: "Something went wrong here" },
  unavailable: { status: 503, title: "The database cannot be reached" },
} as const;

/** The kinds of problems that a caller may meet; `type` ends in it. */
export type ProblemKind = keyof typeof PROBLEMS;

/** An answer that says what went wrong. Who sends it adds `instance`, the request's id. */
export function problem(
  kind: ProblemKind,
  detail: string,
  { errors, headers }: { errors?: readonly FieldError[]; headers?: Answer["headers"] } = {},
): Answer {
  const type = `urn:meeting-bot:problem:${kind}`;
  const { status, title } = PROBLEMS[kind];
  return {
    status,
    headers: { ...headers, "Content-Type": PROBLEM_TYPE },
    body: { type, title, status, detail, ...(errors && { errors }) },
  };
}

/** The answer to a request in which these parts are wrong. */
export function invalid(errors: readonly FieldError[]): Answer {
  const [first] = errors;
  const rest = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  const detail = first ? `${first.field}: ${first.message}${rest}` : "It is not as described.";
  return problem("invalid-request", detail, { errors });
}

const RETRY_AFTER_SECONDS = 5;

/** The answer when the database cannot be asked now: the same request may be good a little later. */
export function unavailable(): Answer {
  const headers = { "Retry-After": String(RETRY_AFTER_SECONDS) };
  return problem("unavailable", "Repeat the request, with the same idempotency key.", { headers });
}
