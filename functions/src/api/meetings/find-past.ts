import {
  firstJoinUntil,
  type Instant,
  type LeaseRules,
  parseMeeting,
  type UntrustedDocument,
} from "@meeting-bot/core";
import type { FieldError } from "../problem.ts";
import type { MeetingReading } from "./meeting-json.ts";

/** Which time says that a new meeting cannot be on any more, so that no bot would ever be sent; none if it can. */
export function findPast(
  asked: UntrustedDocument,
  { naming, links }: MeetingReading,
  rules: LeaseRules,
  now: Instant,
): FieldError[] {
  const { request } = parseMeeting(asked, naming, links);
  if (firstJoinUntil({ ...request, createdAt: now }, rules) > now) return [];
  const message = "is past: the meeting cannot be on any more";
  if (request.endAt !== undefined) return [{ field: "end", message }];
  const isStart = (asked["start"] ?? "") !== "";
  return [{ field: isStart ? "start" : "occurrence_start_utc", message }];
}
