import fc, { type Arbitrary } from "fast-check";
import { hostileUrls, meetingUrls } from "./meeting-urls.ts";
import { jsonRecordingOptions, recordingOptions } from "./recording-options.ts";
import { recordingPaths } from "./recording-paths.ts";
import { hostileTexts, plainTexts } from "./texts.ts";
import { mostly, oddFields, oddJson, timestamps } from "./values.ts";
import { writtenTimes } from "./written-times.ts";

/** A meeting as somebody wrote it, in the names of a fresh deployment. */
export type MeetingFields = Record<string, unknown>;

const isoTexts = fc
  .date({ min: new Date("0000-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59Z") })
  .map((date) => (Number.isNaN(date.getTime()) ? "Invalid Date" : date.toISOString()));

const links = fc.oneof(
  { weight: 3, arbitrary: meetingUrls },
  { weight: 2, arbitrary: hostileUrls },
);
const someTimes = writtenTimes(
  fc.date({
    min: new Date("2029-01-01T00:00:00Z"),
    max: new Date("2031-01-01T00:00:00Z"),
    noInvalidDate: true,
  }),
);
const texts = mostly(plainTexts, hostileTexts);

/** Bodies of HTTP requests that ask for a meeting: what JSON can say, about half of them usable. */
export const meetingBodies: Arbitrary<MeetingFields> = meetingsWith(
  oddJson,
  fc.oneof(isoTexts, someTimes),
  jsonRecordingOptions,
);

/** Documents of meetings: what Firestore can hold, with what is ours written over. */
export const meetingDocuments: Arbitrary<MeetingFields> = fc
  .tuple(
    meetingsWith(oddFields, fc.oneof(timestamps, isoTexts, someTimes), recordingOptions),
    fc.record(
      {
        bot_instance_id: mostly(fc.constant("old"), oddFields),
        recording: fc.oneof(
          oddFields,
          oddFields.map((request_hash) => ({ status: "done", request_hash })),
        ),
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
    fc.dictionary(fc.string({ unit: "binary", maxLength: 10 }), oddFields, { maxKeys: 2 }),
  )
  .map(([asked, ours, others]) => ({ ...others, ...asked, ...ours }));

function meetingsWith(
  odd: Arbitrary<unknown>,
  instants: Arbitrary<unknown>,
  options: Arbitrary<unknown>,
): Arbitrary<MeetingFields> {
  const needed = {
    meeting_url: fc.oneof({ weight: 9, arbitrary: links }, { weight: 1, arbitrary: odd }),
    status: fc.oneof(
      { weight: 6, arbitrary: fc.constant("scheduled") },
      { weight: 1, arbitrary: fc.constant("cancelled") },
      { weight: 1, arbitrary: odd },
    ),
  };
  const optional = {
    join_url: mostly(links, odd),
    start: mostly(instants, odd),
    end: mostly(instants, odd),
    occurrence_start_utc: mostly(instants, odd),
    bot_name: mostly(texts, odd),
    metadata: mostly(fc.dictionary(fc.string({ maxLength: 8 }), texts, { maxKeys: 3 }), odd),
    recording_retry: mostly(texts, odd),
    timezone: mostly(fc.constantFrom("UTC", "Europe/Berlin"), odd),
    creator_organization_id: mostly(texts, odd),
    creator_user_id: mostly(texts, odd),
    gcs_path: mostly(recordingPaths, odd),
    recording_options: options,
  };
  // Of many fields one is almost always wrong: few documents have them all.
  const some = fc.subarray(Object.keys(optional) as (keyof typeof optional)[], { maxLength: 4 });
  return fc
    .tuple(fc.record(needed, { noNullPrototype: true }), fc.record(optional), some)
    .map(([base, all, names]) => ({
      ...base,
      ...Object.fromEntries(names.map((name) => [name, all[name]])),
    }));
}
