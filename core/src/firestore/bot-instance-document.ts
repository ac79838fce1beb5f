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
}

/** The conversion for one naming. `maxAttempts` is for documents that others made. */
export function botInstanceDocument(naming: Naming, maxAttempts: number): BotInstanceDocument {
  const { instanceStatusField: statusField, instanceStatus } = naming;
  const statusOf = (value: unknown) =>
    (Object.keys(instanceStatus) as Status[]).find((status) => instanceStatus[status] === value);

  return {
    parse(id, { [statusField]: status, ...fields }, createdAt) {
      const known = fromFields(fields);
      return {
        ...known,
        ...usable(known, blank(maxAttempts, createdAt)),
        id,
        meetingUrl: typeof known["meetingUrl"] === "string" ? known["meetingUrl"] : "",
        // A status that we did not write is somebody else's business: terminal, for us.
        status: statusOf(status) ?? "cancelled",
      } as BotInstance;
    },
    patch(fields, { id: _, status, ...changes }) {
      const removed = Object.entries(changes).flatMap(([name, value]) =>
        value === undefined ? [snakeCase(name)] : [],
      );
      const kept = Object.entries(fields).filter(([field]) => !removed.includes(field));
      return {
        ...Object.fromEntries(kept),
        ...toFields(changes),
        ...(status && { [statusField]: instanceStatus[status] }),
      };
    },
  };
}

/** The value of each field that every instance has; a default takes the place of one of another type. */
function usable(known: Record<string, unknown>, defaults: object): object {
  return Object.fromEntries(
    Object.entries(defaults).map(([name, fallback]) => {
      const value = known[name];
      const isLike =
        typeof value === typeof fallback && Array.isArray(value) === Array.isArray(fallback);
      return [name, isLike && value !== null ? value : fallback];
    }),
  );
}

/** What a document that others made need not say. */
function blank(maxAttempts: number, createdAt: Instant): Partial<BotInstance> {
  const updatedAt = createdAt;
  return {
    phaseAt: {},
    meetings: [],
    attempt: 0,
    maxAttempts,
    launchFailures: 0,
    createdAt,
    updatedAt,
  };
}
