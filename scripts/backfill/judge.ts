import {
  firstJoinUntil,
  type Instant,
  type LeaseRules,
  type MeetingNaming,
  parseMeeting,
  type UntrustedDocument,
} from "@meeting-bot/core";

/** What is to be done about a meeting that was found. */
export type Judgement =
  | { kind: "has a bot" }
  /** A bot would come too late. */
  | { kind: "over" }
  | { kind: "wanted" };

/** A meeting's document, when it was last written, and by what to judge it. */
export interface Found {
  fields: UntrustedDocument;
  updatedAt: Instant;
}

/** Decides about a meeting as the functions would have when it was written. */
export function judge({ fields, updatedAt }: Found, { now, rules, naming }: Judging): Judgement {
  const { botInstanceId, request } = parseMeeting(fields, naming, rules);
  if (botInstanceId !== undefined) return { kind: "has a bot" };
  if (now > firstJoinUntil({ ...request, createdAt: updatedAt }, rules)) return { kind: "over" };
  return { kind: "wanted" };
}

/** What every judgement goes by. */
export interface Judging {
  now: Instant;
  rules: LeaseRules;
  naming: MeetingNaming;
}
