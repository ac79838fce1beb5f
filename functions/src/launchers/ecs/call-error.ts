import type { CallError } from "./refusal.ts";

/** A failed call, with the task that stands in its way, if that is what it says. */
export interface FailedCall extends CallError {
  existing?: string | undefined;
}

/** What there is in an error of the SDK's, of Node's, or of the credentials'; read by fields, not by classes. */
export function callErrorOf(error: unknown): FailedCall {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { name, message } = error;
  const { $metadata, code, resourceIds } = error as SdkError;
  const isConflict = name === "ConflictException";
  return {
    name,
    message: message || code || name,
    httpStatus:
      $metadata?.httpStatusCode ?? (error.cause ? callErrorOf(error.cause).httpStatus : undefined),
    code,
    existing: isConflict ? resourceIds?.[0] : undefined,
  };
}

interface SdkError extends Error {
  $metadata?: { httpStatusCode?: number };
  code?: string;
  /** Of a `ConflictException`: the tasks that have the token already. */
  resourceIds?: string[];
}

/** Whether the platform says that there is no such task, or no longer its cluster, which went after it. */
export function isGone(error: unknown): boolean {
  const { name, message } = callErrorOf(error);
  if (name === "ClusterNotFoundException") return true;
  return name === "InvalidParameterException" && /task was not found/i.test(message);
}
