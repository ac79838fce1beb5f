import type { BotInstance, Status } from "../bot-instance/bot-instance.ts";
import type { Patch } from "../bot-instance/transition.ts";
import type { Naming } from "../settings/naming.ts";
import type { Instant } from "../time.ts";
import { type DocumentFields, fromFields, snakeCase, toFields } from "./fields.ts";

/** Turns bot instances into documents and back, in the user's naming. */
export interface BotInstanceDocument {
  parse(id: string, fields: DocumentFields, createdAt: Instant): BotInstance;
  /** The fields after a patch. What we do not know of a document is kept as it is. */
  patch(fields: DocumentFields, patch: Patch): DocumentFields;
  /** The names of the fields that a patch removes. */
  removedBy(patch: Patch): string[];
}

/** The conversion for one naming. `maxAttempts` is for documents that others made. */
export function botInstanceDocument(naming: Naming, maxAttempts: number): BotInstanceDocument {
  const { instanceStatusField: statusField, instanceStatus } = naming;
  const statusOf = (value: unknown) =>
    (Object.keys(instanceStatus) as Status[]).find((status) => instanceStatus[status] === value);

  return {
    parse(id, { [statusField]: status, ...fields }, createdAt) {
      const known = withoutOdd(fromFields(fields));
      const usual = usable(known, blank(maxAttempts, createdAt));
      return {
        ...known,
        ...usual,
        meetings: usual.meetings.filter(isDocumentPath),
        id,
        meetingUrl: typeof known["meetingUrl"] === "string" ? known["meetingUrl"] : "",
        // A status that we did not write is somebody else's business: terminal, for us.
        status: statusOf(status) ?? "cancelled",
      } as BotInstance;
    },
    patch(fields, { id: _, status, ...changes }) {
      const removed = removedBy(changes);
      const kept = Object.entries(fields).filter(([field]) => !removed.includes(field));
      return {
        ...Object.fromEntries(kept),
        ...toFields(changes),
        ...(status && { [statusField]: instanceStatus[status] }),
      };
    },
    removedBy,
  };
}

function removedBy(patch: Patch): string[] {
  return Object.entries(patch).flatMap(([name, value]) =>
    value === undefined ? [snakeCase(name)] : [],
  );
}

/** The value of each field that every instance has; a default takes the place of one of another type. */
function usable<T extends object>(known: Record<string, unknown>, defaults: T): T {
  return Object.fromEntries(
    Object.entries(defaults).map(([name, fallback]) => {
      const value = known[name];
      const isLike =
        typeof value === typeof fallback && Array.isArray(value) === Array.isArray(fallback);
      return [name, isLike && value !== null ? value : fallback];
    }),
  ) as T;
}

/** What others wrote into fields that decide what else is read: of no use unless it is like ours. */
const IS_LIKE_OURS = new Map<string, (value: unknown) => boolean>([
  ["sessionKey", (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value)],
  ["outputs", Array.isArray],
  ...["botName", "creatorOrganizationId", "creatorUserId", "gcsPath", "timezone"].map(
    (name) => [name, isText] as const,
  ),
]);

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function withoutOdd(known: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(known).filter(([name, value]) => IS_LIKE_OURS.get(name)?.(value) ?? true),
  );
}

function isDocumentPath(path: unknown): boolean {
  return typeof path === "string" && /^([^/]+\/[^/]+)(\/[^/]+\/[^/]+)*$/.test(path);
}

/** What a document that others made need not say. */
function blank(maxAttempts: number, createdAt: Instant) {
  const updatedAt = createdAt;
  return {
    phaseAt: {},
    meetings: [] as string[],
    attempt: 0,
    maxAttempts,
    launchFailures: 0,
    createdAt,
    updatedAt,
  };
}
