import { FORMATS, isTimestamp, type Status } from "@meeting-bot/core";
import { defined, toErrorJson, toLength, toText, toTime } from "../json.ts";

const STATUSES: readonly Status[] = ["queued", "processing", "done", "failed", "cancelled"];
const URIS = Object.values(FORMATS).map((kind) => `${kind}_uri`);

/** From the map that we keep on a meeting, and that somebody may have written over. */
export function toSummaryJson(value: unknown): object | undefined {
  const map = Object(value) as Record<string, unknown>;
  const status = STATUSES.find((known) => known === map["status"]);
  if (!status) return undefined;
  return defined({
    status,
    phase: toText(map["phase"]),
    next_attempt_at: timeOf(map["next_attempt_at"]),
    ...Object.fromEntries(URIS.map((name) => [name, toText(map[name])])),
    duration_seconds: toLength(map["duration_seconds"]),
    partial: typeof map["partial"] === "boolean" ? map["partial"] : undefined,
    ended_at: timeOf(map["ended_at"]),
    end_reason: toText(map["end_reason"]),
    recorded_by: toText(map["recorded_by"]),
    erased_at: timeOf(map["erased_at"]),
    error: toErrorJson(map["error"]),
  });
}

function timeOf(value: unknown): string | undefined {
  return isTimestamp(value) ? toTime(value.toMillis()) : undefined;
}
