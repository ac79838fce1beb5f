/** Why a call to the Kubernetes API came to nothing. */
export type Trouble =
  /** Kubernetes said no; `reason` is the word of its `Status`, when it sent one. */
  | { kind: "answered"; status: number; reason: string; message: string }
  /** The request has not left. */
  | { kind: "unsent"; step: Step; message: string }
  /** Kubernetes may have carried it out. */
  | { kind: "unclear"; message: string };

/** What comes before a request is sent. */
export type Step = "credentials" | "connection" | "certificate";

/** A call that came to nothing. */
export class KubernetesError extends Error {
  override readonly name = "KubernetesError";
  readonly trouble: Trouble;

  constructor(trouble: Trouble, cause: unknown) {
    super(wordsFor(trouble), { cause });
    this.trouble = trouble;
  }
}

/** The platform's own words about a call that came to nothing. */
export function wordsFor(trouble: Trouble): string {
  if (trouble.kind !== "answered") return trouble.message;
  const { status, reason, message } = trouble;
  return `Kubernetes answered ${[status, reason].filter(Boolean).join(" ")}${message && `: ${message}`}`;
}

/**
 * Tells what a call was met with that `error` ended. `wasSent` is whether the client got as far as
 * handing the request to the network, which may still not have taken it.
 */
export function readTrouble(error: unknown, wasSent: boolean): Trouble {
  const answer = readAnswer(error);
  if (answer) return answer;
  const message = messageOf(error);
  if (!wasSent) return { kind: "unsent", step: "credentials", message };
  const step = failedStep(error instanceof Error ? error.cause : undefined);
  return step ? { kind: "unsent", step, message } : { kind: "unclear", message };
}

/** The fields of `ApiException`, whose own message holds the headers as well. A time-out has a code, too. */
function readAnswer(error: unknown): Trouble | undefined {
  if (!(error instanceof Error) || !("body" in error) || !("code" in error)) return undefined;
  return { kind: "answered", status: Number(error.code), ...readStatus(error.body) };
}

/** Kubernetes answers with a `Status`, a proxy before it with anything. */
function readStatus(body: unknown): { reason: string; message: string } {
  const silence = { reason: "", message: "" };
  if (typeof body !== "string") return silence;
  try {
    const { reason, message } = Object(JSON.parse(body));
    return { reason: String(reason ?? ""), message: String(message ?? "") };
  } catch {
    return silence;
  }
}

/** Node's names for what is noticed before a request is written: no connection, or the wrong server. */
const BEFORE_THE_REQUEST = ["connect", "getaddrinfo"];
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)/;

function failedStep(cause: unknown): Step | undefined {
  // One error for each address of a name that has several.
  if (cause instanceof AggregateError) return failedStep(cause.errors[0]);
  if (!(cause instanceof Error)) return undefined;
  const { code = "", syscall = "" } = cause as NodeJS.ErrnoException;
  if (CERTIFICATE.test(code)) return "certificate";
  const isUnconnected = BEFORE_THE_REQUEST.includes(syscall) || code === "UND_ERR_CONNECT_TIMEOUT";
  return isUnconnected ? "connection" : undefined;
}

/** `fetch` says only that it failed; the cause says why. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  const { code } = cause as NodeJS.ErrnoException;
  return `${error.message}: ${cause.message || code}`;
}
