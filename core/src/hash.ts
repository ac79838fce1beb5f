import { createHash } from "node:crypto";

/** The one way in which keys are made from several parts: SHA-256 as 64 hexadecimal digits, unambiguous in its parts. */
export function hashOf(...parts: unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
