import { type Meeting, needsAttention } from "./meeting.ts";

/** That a meeting is to be looked at. */
export interface Attention {
  /** What its document was linked to, and is not any more, as far as that says itself. */
  formerInstanceId?: string;
}

/**
 * Whether a write of a meeting's document may mean work, and undefined when it does not: what we write
 * ourselves leaves next to nothing to do. `before` and `after` only decide whether to look.
 */
export function attentionTo(
  before: Meeting | undefined,
  after: Meeting | undefined,
): Attention | undefined {
  const former = before?.botInstanceId;
  // A document that was deleted, or written over as a whole, no longer says which bot it had.
  if (former !== undefined && after?.botInstanceId !== former) return { formerInstanceId: former };
  if (!after) return undefined;
  const isCopy = after.shownInstanceId !== before?.shownInstanceId && !isSameMeeting(before, after);
  const isForgotten = before?.linkedHash !== undefined && after.linkedHash === undefined;
  return isCopy || isForgotten || needsAttention(after) ? {} : undefined;
}

/** A copy of another meeting says which bot that one has; what we write changes nothing else. */
function isSameMeeting(before: Meeting | undefined, after: Meeting): boolean {
  return before?.intent === after.intent && before.requestHash === after.requestHash;
}
