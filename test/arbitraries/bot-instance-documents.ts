import fc, { type Arbitrary } from "fast-check";
import { hostileUrls, meetingUrls } from "./meeting-urls.ts";
import { recordingOptions } from "./recording-options.ts";
import { recordingPaths } from "./recording-paths.ts";
import { plainTexts } from "./texts.ts";
import { mapOf, mostly, oddFields, timestamps } from "./values.ts";

const words = mostly(plainTexts, oddFields);
const counts = fc.constantFrom<unknown>(0, 1, 2, 3, 20, 1e9, -1, 0.5, Number.NaN);
const keys = fc.oneof(
  plainTexts,
  fc.constantFrom("__proto__", "a.b", "[~*`", "x/y", "seats", "at"),
);

const FIELDS: Record<string, Arbitrary<unknown>> = {
  start_at: timestamps,
  end_at: timestamps,
  wake_at: timestamps,
  created_at: timestamps,
  updated_at: timestamps,
  claimed_at: timestamps,
  claim_expires_at: timestamps,
  heartbeat_at: timestamps,
  cancel_requested_at: timestamps,
  recording_ended_at: timestamps,
  recorded_at: timestamps,
  ended_at: timestamps,
  join_at: timestamps,
  leave_by: timestamps,
  end_reason: fc.constantFrom("ended", "bot-lost"),
  phase: fc.constantFrom("claimed", "joining", "waiting", "uploading"),
  phase_at: mapOf({
    claimed: mostly(timestamps, oddFields),
    joining: oddFields,
    theirs: timestamps,
  }),
  provider: fc.constantFrom("google", "zoom"),
  attempt: counts,
  max_attempts: counts,
  launch_failures: counts,
  finish_failures: counts,
  finish_only: fc.boolean(),
  partial: fc.boolean(),
  progress: mapOf({ bytes_stored: counts, seconds_recorded: counts }),
  meetings: fc.array(fc.oneof(fc.constantFrom<unknown>("meetings/one", "a/b", ".."), oddFields)),
  session_key: fc.constantFrom("f".repeat(64), "a/b"),
  occurrence_key: fc.constantFrom("ad-hoc", "__proto__", "2030-01-31T09:00:00.000Z"),
  request_hash: fc.constant("f".repeat(64)),
  claim_token: fc.constantFrom("token", "mine"),
  claimed_by: plainTexts,
  runner_id: fc.constantFrom("runner", "me"),
  execution: mapOf({ launcher: words, name: words }),
  error: mapOf({ code: words, message: words, stage: words, at: mostly(timestamps, oddFields) }),
  outputs: fc.array(
    mostly(mapOf({ kind: fc.constantFrom("video", "exe"), uri: words }), oddFields),
  ),
  output_failures: fc.array(oddFields),
  gaps: fc.array(oddFields),
  source: mapOf({ uri: words, recording_id: words }),
  bot_name: plainTexts,
  timezone: plainTexts,
  creator_organization_id: plainTexts,
  creator_user_id: plainTexts,
  gcs_path: recordingPaths,
  recording_options: recordingOptions,
  seats: mapOf({ a: oddFields, "ad-hoc": oddFields }),
};

/** Documents in `bot_instances` that somebody else made: any of our fields, with any value, and others. */
export const botInstanceDocuments: Arbitrary<Record<string, unknown>> = fc
  .tuple(
    mapOf({
      meeting_url: mostly(fc.oneof(meetingUrls, hostileUrls), oddFields),
      status: mostly(fc.constantFrom(...Array(8).fill("queued"), "processing", "done"), oddFields),
    }),
    fc.subarray(Object.keys(FIELDS), { maxLength: 10 }).chain((names) => {
      const some = names.map((name) => [name, mostly(FIELDS[name] ?? oddFields, oddFields)]);
      return fc.record(Object.fromEntries(some) as typeof FIELDS);
    }),
    fc.dictionary(keys, oddFields, { maxKeys: 2 }),
  )
  .map(([asked, ours, others]) => ({ ...others, ...ours, ...asked }));
