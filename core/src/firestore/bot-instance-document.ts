import type { BotInstance, Status } from "../bot-instance/bot-instance.ts";
import type { Patch } from "../bot-instance/transition.ts";
import { anchorOf } from "../session/session.ts";
import type { Naming } from "../settings/naming.ts";
import type { Instant } from "../time.ts";
import { type DocumentFields, fromFields, removedBy, toFields } from "./fields.ts";
import { withoutOdd } from "./instance-fields.ts";

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
      const { meetings, occurrenceKey } = known;
      return {
        ...blank(maxAttempts, createdAt),
        // What the version before has linked is counted by its list alone.
        ...(Array.isArray(meetings) && {
          wantedLinks: meetings.length,
          ...(meetings.length > 0 && { meetingPath: meetings[0] }),
        }),
        // So it has named the occurrence, which for us is an instant.
        ...(typeof occurrenceKey === "string" && { anchorAt: anchorOf(occurrenceKey) }),
        ...known,
        id,
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

/** What a document that others made need not say. */
function blank(maxAttempts: number, createdAt: Instant) {
  const updatedAt = createdAt;
  return {
    meetingUrl: "",
    phaseAt: {},
    wantedLinks: 0,
    attempt: 0,
    maxAttempts,
    launchFailures: 0,
    createdAt,
    updatedAt,
  };
}
