/** Why a recording failed, in one word that programs can rely on. */
export type ErrorCode =
  | "UNSUPPORTED_URL"
  | "INVALID_MEETING"
  | "NOT_ADMITTED"
  | "LOBBY_TIMEOUT"
  | "SIGN_IN_REQUIRED"
  | "MISSED"
  | "LAUNCH_FAILED"
  | "BOT_UNREACHABLE"
  | "BOT_BUSY"
  | "BOT_CRASHED"
  | "NO_RECORDING"
  | "CONVERSION_FAILED"
  | "UPLOAD_FAILED"
  | "LEASE_EXPIRED"
  | "TIMED_OUT";

/** What was going on when it failed. */
export type Stage = "request" | "launch" | "join" | "recording" | "converting" | "uploading";

/** A failure as it is told: to programs by its code, to people by its message. */
export interface Failure {
  code: ErrorCode;
  /** One sentence for the user: what happened and, where something can be done, what. */
  message: string;
  stage: Stage;
  /** Whether another attempt may succeed. */
  retryable: boolean;
  /** A launch that no other one gets past until an operator has mended what the message says. */
  needsOperator?: true;
  /** The platform's own words, when it gave any. */
  platformReason?: string;
}

const FINAL: ReadonlySet<ErrorCode> = new Set([
  "UNSUPPORTED_URL",
  "INVALID_MEETING",
  "NOT_ADMITTED",
  "SIGN_IN_REQUIRED",
  "MISSED",
]);

/** Makes a failure whose code says whether it may be retried. */
export function failure(code: ErrorCode, stage: Stage, message: string): Failure {
  return { code, message, stage, retryable: !FINAL.has(code) };
}

/** What is known of a launch that came to nothing, beside the sentence about it. */
export interface LaunchFailureDetails {
  needsOperator?: boolean | undefined;
  platformReason?: string | undefined;
}

/** Makes the failure of a launch, which is tried again until the meeting is over, whatever the platform said. */
export function launchFailure(
  message: string,
  { needsOperator = false, platformReason }: LaunchFailureDetails = {},
): Failure {
  return {
    ...failure("LAUNCH_FAILED", "launch", message),
    ...(needsOperator && { needsOperator }),
    ...(platformReason !== undefined && { platformReason }),
  };
}

/** The configuration cannot work; `message` lists every problem. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}
