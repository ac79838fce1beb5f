import {
  type Instant,
  type LeaseRules,
  type MeetingNaming,
  MINUTE,
  meetingOverAt,
  parseMeeting,
  type UntrustedDocument,
} from "@meeting-bot/core";

/** What is to be done about a meeting that was found. */
export type Judgement =
  | { kind: "has a bot" }
  /** A bot would come too late. */
  | { kind: "over" }
  /** `leadMs` before the meeting's start its bot is sent, but not before the sweep has come by. */
  | { kind: "wanted"; leadMs: number };

/** A meeting's document, when it was last written, and by what to judge it. */
export interface Found {
  fields: UntrustedDocument;
  updatedAt: Instant;
}

/** Longer than clocks differ, and no longer than the next sweep may take to come. */
const SOON_MS = MINUTE;

/** Decides about a meeting as the functions would have when it was written. */
export function judge(
  { fields, updatedAt }: Found,
  { now, rules, naming, joinLeadMs }: Judging,
): Judgement {
  const { botInstanceId, request } = parseMeeting(fields, naming);
  if (botInstanceId !== undefined) return { kind: "has a bot" };
  if (now > meetingOverAt({ ...request, createdAt: updatedAt }, rules)) return { kind: "over" };
  // Whoever claims must launch, which only the functions can: whatever is due is so for the next sweep.
  const latestMs = (request.startAt ?? now) - now - SOON_MS;
  return { kind: "wanted", leadMs: Math.min(joinLeadMs, latestMs) };
}

/** What every judgement goes by. */
export interface Judging {
  now: Instant;
  rules: LeaseRules;
  naming: MeetingNaming;
  joinLeadMs: number;
}
