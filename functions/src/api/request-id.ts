import { randomUUID } from "node:crypto";

/** What a caller may call its request: short, and harmless in logs and headers. */
const ACCEPTABLE = /^[A-Za-z0-9_.-]{1,64}$/;

/** The id of a request: the caller's own, where it is acceptable, or a new one. */
export function requestIdOf(header: string | undefined): string {
  return header !== undefined && ACCEPTABLE.test(header) ? header : randomUUID();
}
