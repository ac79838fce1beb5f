import fc from "fast-check";
import { targetTexts } from "./http.ts";
import { hostileTexts } from "./texts.ts";

/** What there may be before a run begins, for requests to find. */
export const KNOWN = {
  meetings: ["one", "theirs"],
  instance: "bot",
  delivery: "msg_0123456789abcdefghij",
} as const;

const cursors = fc.oneof(
  fc
    .constantFrom("one", "a/b", "..", "", "\0", "__x__", "x".repeat(1501), KNOWN.delivery)
    .chain((id) => fc.constantFrom("meetings/", "deliveries/", "").map((list) => list + id))
    .map(toCursor),
  hostileTexts.map((text) => toCursor(`meetings/${text.slice(0, 300)}`)),
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
/** What may stand behind a path, often nothing. */
export const queries = fc.oneof(
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
const instanceIds = fc.oneof(fc.constantFrom(KNOWN.instance, "missing"), targetTexts);
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
/** Methods and paths; mostly those that are described. */
export const places = fc.oneof(
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
      fc
        .tuple(meetingIds, fc.constantFrom("cancel", "retry"))
        .map(([id, verb]) => `/v1/meetings/${id}/${verb}`),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(
      fc.constant("PATCH"),
      meetingIds.map((id) => `/v1/meetings/${id}`),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.constantFrom("GET", "DELETE"),
      fc.oneof(
        fc
          .tuple(meetingIds, fc.constantFrom("recording", "recordings"))
          .map(([id, what]) => `/v1/meetings/${id}/${what}`),
        instanceIds.map((id) => `/v1/recordings/${id}`),
      ),
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

function toCursor(id: string): string {
  return Buffer.from(id).toString("base64url");
}
