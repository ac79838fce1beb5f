import { ConfigurationError } from "@meeting-bot/core";

/** What may be told of a fault: nothing of it is a user's. */
export interface Fault {
  kind: string;
  code?: string | number;
  /** Where it was thrown, the innermost place first. */
  at: string[];
  /** Of a configuration that cannot work: the operator's own words. */
  reason?: string;
}

const MAX_FRAMES = 8;

/** Describes whatever was thrown. Its message may quote what a user has sent, and is left out. */
export function describeFault(cause: unknown): Fault {
  if (!(cause instanceof Error)) return { kind: typeof cause, at: [] };
  const { name: kind, code } = cause as Error & { code?: unknown };
  const isCode = typeof code === "string" || typeof code === "number";
  const reason = cause instanceof ConfigurationError ? cause.message : undefined;
  return { kind, ...(isCode && { code }), at: framesOf(cause), ...(reason && { reason }) };
}

/** The message stands before the frames, and may look like one. */
function framesOf({ stack = "", message }: Error): string[] {
  const lines = stack.slice(stack.indexOf(message) + message.length).split("\n");
  const frames = lines.filter((line) => /^ {4}at /.test(line)).map((line) => line.trim());
  return frames.slice(0, MAX_FRAMES);
}
