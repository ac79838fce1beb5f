import fc, { type Arbitrary } from "fast-check";
import { type Credential, credentials } from "./api-credentials.ts";
import { places, queries } from "./api-targets.ts";
import { headerTexts, jsonBodies, spoilt, type WireRequest } from "./http.ts";
import { meetingBodies } from "./meeting-documents.ts";
import { hostileUrls, meetingUrls } from "./meeting-urls.ts";
import { jsonRecordingOptions } from "./recording-options.ts";
import { recordingPaths } from "./recording-paths.ts";
import { plainTexts } from "./texts.ts";
import { oddJson } from "./values.ts";
import { writtenTimes } from "./written-times.ts";

/**
 * The bytes of an address and its headers. Node's server refuses more than 16 KiB by itself, with 431 and
 * without asking the API; the last of them is for what clients add and for the rest of a token.
 */
const MAX_HEAD = 15 * 1024;

/** A request to the API; who sends it adds the header `Authorization`. */
export interface ApiRequest extends WireRequest {
  credential: Credential | undefined;
}

const times = writtenTimes(
  fc.date({
    min: new Date("2070-01-01T00:00:00Z"),
    max: new Date("2079-12-31T00:00:00Z"),
    noInvalidDate: true,
  }),
);

const FIELDS: Record<string, Arbitrary<unknown>> = {
  meeting_url: meetingUrls,
  start: times,
  end: fc.constant("2080-01-01T01:00:00+01:00"),
  occurrence_start_utc: times,
  timezone: fc.constantFrom("UTC", "Europe/Berlin"),
  bot_name: plainTexts,
  gcs_path: fc.constantFrom("a", "a/b", "ä/b c"),
  metadata: fc.constantFrom({}, { ticket: "T-1" }, { "a.b-c_1": "", name: "🚀" }),
  recording_options: fc.constantFrom({}, { crf: 30 }, { formats: ["audio.m4a"], max_height: 720 }),
};
const good = fc
  .subarray(Object.keys(FIELDS).slice(1))
  .chain((names) =>
    fc.record(
      Object.fromEntries(["meeting_url", ...names].map((name) => [name, FIELDS[name] ?? oddJson])),
      { noNullPrototype: true },
    ),
  );
const oddParts = fc.oneof(oddJson, hostileUrls, recordingPaths, jsonRecordingOptions);
/** What stands deeper than programs can go that call themselves. */
const deep = fc.constantFrom(50, 1000, 10_000).map((depth) => {
  const options = `${'{"a":'.repeat(depth)}[]${"}".repeat(depth)}`;
  return Buffer.from(
    `{"meeting_url":"https://zoom.us/j/123456789","recording_options":${options}}`,
  );
});
const bodies = fc.oneof(
  {
    weight: 30,
    arbitrary: jsonBodies(
      fc.oneof(
        { weight: 4, arbitrary: good },
        { weight: 6, arbitrary: spoilt(good, Object.keys(FIELDS), oddParts) },
        { weight: 2, arbitrary: meetingBodies },
        { weight: 1, arbitrary: oddJson },
      ),
    ),
  },
  { weight: 1, arbitrary: deep },
);

const headers = fc
  .tuple(
    fc.oneof(
      { weight: 9, arbitrary: fc.constant("application/json") },
      { weight: 1, arbitrary: fc.constant("application/merge-patch+json") },
      {
        weight: 1,
        arbitrary: fc.oneof(
          fc.constantFrom(
            "application/json; charset=utf-16",
            "text/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "application/json, text/plain",
          ),
          headerTexts,
        ),
      },
    ),
    fc.record(
      {
        "Content-Encoding": fc.oneof(
          fc.constantFrom("identity", "gzip", "br", "gzip, gzip"),
          headerTexts,
        ),
        "Idempotency-Key": headerTexts,
        "X-Organization-Id": fc.oneof(
          fc.constantFrom("acme", "acme", "acme", "other"),
          headerTexts,
        ),
        "X-Request-Id": headerTexts,
        "X-HTTP-Method-Override": fc.constantFrom("DELETE", "PUT"),
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
    fc.subarray(
      [
        "Content-Encoding",
        "Idempotency-Key",
        "X-Organization-Id",
        "X-Request-Id",
        "X-HTTP-Method-Override",
      ],
      { maxLength: 2 },
    ),
  )
  .map(([type, all, names]) => ({
    "Content-Type": type,
    ...Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name))),
  }));

/** Requests of every kind, about half of them to make a meeting, some of which are good. */
export const apiRequests: Arbitrary<ApiRequest> = fc
  .tuple(places, queries, headers, bodies, credentials, fc.nat(9))
  .map(([[method = "", path = ""], query, all, body, credential, chance]) => ({
    method,
    target: path + (path === "/v1/meetings" && method === "POST" && chance > 0 ? "" : query),
    headers: all,
    body: method === "POST" || method === "PATCH" || chance === 0 ? body : Buffer.alloc(0),
    credential,
  }))
  .filter((request) => headSize(request) <= MAX_HEAD);

function headSize({ target, headers: all, credential }: ApiRequest): number {
  const written = [target, ...Object.entries(all).flat()].join("").length;
  // Most of it becomes a token in Base64, which has four characters for three bytes.
  return written + Math.ceil((Buffer.byteLength(JSON.stringify(credential ?? null)) * 4) / 3);
}
