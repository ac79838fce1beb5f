import type { Spelling } from "./spelling.ts";

type Fields = Record<string, unknown>;

const LINK = "https://meet.google.com/abc-defg-hij";
const LIST = ["a list"];

/** What a member may put into a meeting of `acme`, by what is remarkable about it. */
export function goodFields({ config }: Spelling): Record<string, Fields> {
  const { meetingStatusField: status } = config;
  return {
    "with no more than a link": {},
    "as its creator": { creator_user_id: "ann" },
    "with Timestamps": { start: new Date(), end: new Date(), occurrence_start_utc: new Date() },
    "with instants as text": { start: "2030-01-31T09:00:00Z", end: "2030-01-31T10:00:00+01:00" },
    "with the times of calendars": {
      start: { dateTime: "2030-01-31T10:00:00.0000000", timeZone: "W. Europe Standard Time" },
      end: { dateTime: "2030-01-31T11:00:00+01:00", timeZone: null, date: null, more: 1 },
    },
    "with a Timestamp for a retry": { recording_retry: new Date() },
    "with a number for a retry": { recording_retry: 1 },
    "with true for a retry": { recording_retry: true },
    "with null for what is absent": { join_url: null, start: null, recording_options: null },
    "with the empty text for what is absent": { join_url: "", bot_name: "", start: "" },
    "with a link without a scheme": { meeting_url: "meet.google.com/abc-defg-hij" },
    "with a link in brackets": { join_url: " <http://meet.google.com/abc-defg-hij> " },
    "with options": { recording_options: { formats: ["audio.m4a"], max_height: 720 } },
    "with fields of the user's own": { title: "Weekly", attendees: LIST, private: true },
    "of every size that is just allowed": {
      ...numbered(50 - 13, "field"),
      meeting_url: textOf(2048),
      join_url: textOf(2048),
      start: textOf(64),
      end: { ...numbered(2, "more"), dateTime: textOf(64), timeZone: textOf(64) },
      timezone: textOf(2048),
      bot_name: textOf(2048),
      gcs_path: textOf(2048),
      [status]: textOf(64),
      recording_options: numbered(20, "option"),
      metadata: numbered(16, "key"),
      recording_retry: textOf(128),
      creator_user_id: "ann",
    },
  };
}

/** What nobody may put into a meeting, by what is wrong with it. */
export function badFields({ config }: Spelling): Record<string, Fields> {
  const { meetingInstanceField: link, meetingStatusField: status } = config;
  const texts = ["meeting_url", "join_url", "timezone", "bot_name", "gcs_path", status];
  const instants = ["start", "end", "occurrence_start_utc"];
  const lists = [...texts, ...instants, "recording_options", "metadata", "recording_retry"];
  return {
    "with a link to a bot": { [link]: "recorder" },
    "with a recording": { recording: { status: "done" } },
    "of another creator": { creator_user_id: "otto" },
    "of another organisation": { creator_organization_id: "umbrella" },
    "of no organisation": { creator_organization_id: null },
    "with a number for a start": { start: 1900000000000 },
    ...Object.fromEntries(lists.map((field) => [`with a list in ${field}`, { [field]: LIST }])),
    "with a link that is too long": { meeting_url: textOf(2049) },
    "with another link that is too long": { join_url: textOf(2049) },
    "with a name that is too long": { bot_name: textOf(2049) },
    "with a status that is too long": { [status]: textOf(65) },
    "with a start that is too long": { start: textOf(65) },
    "with a time of too many parts": { start: numbered(5, "part") },
    "with a time that is a number": { start: { dateTime: 1900000000000 } },
    "with a time that is too long": { start: { dateTime: textOf(65) } },
    "with a time zone that is a number": { start: { timeZone: 1 } },
    "with a time zone that is too long": { start: { timeZone: textOf(65) } },
    "with a map for a retry": { recording_retry: {} },
    "with a retry that is too long": { recording_retry: textOf(129) },
    "with too much metadata": { metadata: numbered(17, "key") },
    "with too many options": { recording_options: numbered(21, "option") },
    "with too many fields": numbered(50 - 1, "field"),
  };
}

/** A meeting of `acme` with some more fields: with none, it has two. */
export function meetingWith(fields: Fields): Fields {
  return { creator_organization_id: "acme", meeting_url: LINK, ...fields };
}

function textOf(length: number): string {
  return "x".repeat(length);
}

function numbered(count: number, name: string): Fields {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}${index}`, true]));
}
