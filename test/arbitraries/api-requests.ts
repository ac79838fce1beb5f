import fc, { type Arbitrary } from "fast-check";
import { headerTexts, jsonBodies, spoilt, targetTexts, type WireRequest } from "./http.ts";
import { meetingBodies } from "./meeting-documents.ts";
import { hostileUrls, meetingUrls } from "./meeting-urls.ts";
import { jsonRecordingOptions } from "./recording-options.ts";
import { recordingPaths } from "./recording-paths.ts";
import { hostileTexts, plainTexts } from "./texts.ts";
import { oddJson } from "./values.ts";

/** Whom a request says that it is from: a user with a good token, the holder of a good key, or whoever. */
export type Credential =
  | { kind: "user"; userId: string; claims: object }
  | { kind: "key" }
  | { kind: "header"; text: string };

/** A request to the API; who sends it adds the header `Authorization`. */
export interface ApiRequest extends WireRequest {
  credential: Credential | undefined;
}

/** Is in each `Authorization` that is made here; nobody may be told it. */
export const CREDENTIAL = "never-tell-a-credential";

/** What there may be before a run begins, for requests to find. */
export const KNOWN = {
  meetings: ["one", "theirs"],
  delivery: "msg_0123456789abcdefghij",
} as const;

const times = fc
  .date({
    min: new Date("2020-01-01T00:00:00Z"),
    max: new Date("2029-12-31T00:00:00Z"),
    noInvalidDate: true,
  })
  .map((date) => date.toISOString());

const FIELDS: Record<string, Arbitrary<unknown>> = {
  meeting_url: meetingUrls,
  start: times,
  end: fc.constant("2030-01-01T01:00:00+01:00"),
  occurrence_start_utc: times,
  timezone: fc.constantFrom("UTC", "Europe/Berlin"),
  bot_name: plainTexts,
  gcs_path: fc.constantFrom("a", "a/b", "ä/b c"),
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

const cursors = fc.oneof(
  fc
    .constantFrom("one", "a/b", "..", "", "\0", "__x__", "x".repeat(1501), KNOWN.delivery)
    .map(toCursor),
  hostileTexts.map((text) => toCursor(text.slice(0, 300))),
  targetTexts,
);
const parameters = fc.oneof(
  fc.tuple(fc.constant("cursor"), cursors),
  fc.tuple(
    fc.constant("limit"),
    fc.constantFrom("1", "100", "0", "-1", "1e2", "0x1", "9e99", "1.5", "NaN", ""),
  ),
  fc.tuple(
    fc.constant("status"),
    fc.constantFrom("done", "failed", "pending", "all", "done,failed"),
  ),
  fc.tuple(
    fc.constant("meeting_status"),
    fc.oneof(fc.constantFrom("scheduled", "cancelled"), targetTexts),
  ),
  fc.tuple(
    fc.constant("expires_seconds"),
    fc.constantFrom("60", "604800", "604801", "1e309", "true"),
  ),
  fc.tuple(
    fc.oneof(fc.constantFrom("limit[]", "status[a]", "__proto__", "constructor"), targetTexts),
    targetTexts,
  ),
);
const queries = fc.oneof(
  { weight: 3, arbitrary: fc.constant("") },
  {
    weight: 3,
    arbitrary: fc
      .array(parameters, { minLength: 1, maxLength: 3 })
      .map((pairs) => `?${pairs.map((pair) => pair.join("=")).join("&")}`),
  },
  { weight: 1, arbitrary: targetTexts.map((text) => `?${text}`) },
);

const meetingIds = fc.oneof(fc.constantFrom(...KNOWN.meetings), targetTexts);
const deliveryIds = fc.oneof(
  fc.constantFrom(KNOWN.delivery, "msg_ABCDEFGHIJ0123456789"),
  targetTexts,
);
const otherPaths = fc.oneof(
  fc.constantFrom(
    "/",
    "//",
    "/v1",
    "/v1/",
    "/v1/meetings/",
    "/V1/Meetings",
    "/v1//meetings",
    "/v1/meetings//recording",
  ),
  fc.constantFrom(
    "/v1/%6deetings",
    "/v1/../v1/meetings",
    "/v1/x/%2e%2e/meetings",
    "/v1/meetings/one/recording/",
    "//[",
    "/v1/meetings#x",
  ),
  fc.array(targetTexts, { maxLength: 4 }).map((parts) => `/${parts.join("/")}`),
);
const methods = fc.constantFrom(
  "GET",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
  "TRACE",
  "PROPFIND",
);
/** Asked mostly in a way that is described. */
const places = fc.oneof(
  { weight: 10, arbitrary: fc.constant(["POST", "/v1/meetings"]) },
  { weight: 2, arbitrary: fc.constant(["GET", "/v1/meetings"]) },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.constant("GET"),
      meetingIds.map((id) => `/v1/meetings/${id}`),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.constant("POST"),
      meetingIds.map((id) => `/v1/meetings/${id}/cancel`),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.constantFrom("GET", "DELETE"),
      meetingIds.map((id) => `/v1/meetings/${id}/recording`),
    ),
  },
  { weight: 1, arbitrary: fc.constant(["GET", "/v1/webhook-deliveries"]) },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constant("GET"),
      deliveryIds.map((id) => `/v1/webhook-deliveries/${id}`),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constant("POST"),
      deliveryIds.map((id) => `/v1/webhook-deliveries/${id}/resend`),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      methods,
      fc.oneof(
        fc.constantFrom("/v1/meetings", "/v1/openapi.json"),
        meetingIds.map((id) => `/v1/meetings/${id}`),
      ),
    ),
  },
  { weight: 1, arbitrary: fc.tuple(methods, otherPaths) },
);

const organizations = fc.oneof(
  fc.constantFrom("acme", "other", "a/b", "..", "", "__x__"),
  hostileTexts,
  oddJson,
);
const credentials: Arbitrary<Credential | undefined> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constant<Credential>({
      kind: "user",
      userId: "ada",
      claims: { organization_id: "acme" },
    }),
  },
  { weight: 2, arbitrary: fc.constant<Credential>({ kind: "key" }) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.oneof(fc.constantFrom("ada", "a/b", "..", "x".repeat(200)), hostileTexts),
        organizations,
      )
      .map(
        ([userId, organization_id]): Credential => ({
          kind: "user",
          userId: userId.slice(0, 300),
          claims: {
            organization_id:
              typeof organization_id === "string"
                ? organization_id.slice(0, 2000)
                : organization_id,
          },
        }),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom(
          "Bearer ",
          "bearer  ",
          "Bearer",
          "Basic ",
          "Bearer mbk_",
          "Bearer mbk_0123456789abcdef_",
          "Bearer a.b.",
          "Bearer eyJhbGciOiJub25lIn0.e30.",
          "",
        ),
        fc.oneof(fc.constant(""), headerTexts),
      )
      .map(
        ([scheme, text]): Credential => ({ kind: "header", text: `${scheme}${CREDENTIAL}${text}` }),
      ),
  },
  { weight: 1, arbitrary: fc.constant(undefined) },
);

const headers = fc
  .tuple(
    fc.oneof(
      { weight: 9, arbitrary: fc.constant("application/json") },
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
    body: method === "POST" || chance === 0 ? body : Buffer.alloc(0),
    credential,
  }));

function toCursor(id: string): string {
  return Buffer.from(id).toString("base64url");
}
