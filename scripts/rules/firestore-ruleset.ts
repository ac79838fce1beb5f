import type { RulesConfig } from "./config.ts";
import type { Ruleset } from "./marked-block.ts";
import { membership, quote } from "./membership.ts";

const LOOKUP = {
  exists: "exists",
  documents: "/databases/$(database)/documents",
  isUntyped: true,
} as const;

const INTRODUCTION = `
// The service is bound by no rule. What is not allowed below is its alone.

// A member's token names the organisation, or a document makes them one.`;

/** Who may do what with meetings and with what is ours, for documents that are spelt as configured. */
export function firestoreRuleset(config: RulesConfig): Ruleset {
  const parts = [
    INTRODUCTION + membership(config, LOOKUP),
    changes(config),
    fields(config),
    meetings(config),
    OURS,
  ];
  return {
    service: "cloud.firestore",
    root: "/databases/{database}/documents",
    statements: parts.map((part) => part.trim()).join("\n\n"),
  };
}

/** What of a meeting is the service's, or stands once it is written. */
const CLOSED = ["creator_organization_id", "creator_user_id", "recording"];
/** What the service reads of a meeting and its members may change, besides the status. */
const OPEN = [
  "meeting_url",
  "join_url",
  "start",
  "end",
  "occurrence_start_utc",
  "timezone",
  "bot_name",
  "gcs_path",
  "recording_options",
  "metadata",
  "recording_retry",
];

function changes({ meetingInstanceField, meetingStatusField }: RulesConfig): string {
  const closed = [...CLOSED, meetingInstanceField];
  const open = [...OPEN, meetingStatusField].filter((field) => !closed.includes(field));
  return `
function meetingBotCreates(meeting) {
  return meetingBotMember(meeting.creator_organization_id)
    && meeting.get('creator_user_id', request.auth.uid) == request.auth.uid
    && !meeting.keys().hasAny(${listOf([meetingInstanceField, "recording"])})
    && meetingBotReads(meeting);
}

// Nothing else of a document: what its owners keep there is for their own rules to open.
function meetingBotUpdates(before, after) {
  return meetingBotMember(before.creator_organization_id)
    && after.diff(before).affectedKeys().hasOnly(${listOf(open)})
    && meetingBotReads(after);
}`;
}

function listOf(fields: readonly string[]): string {
  return `[${fields.map(quote).join(", ")}]`;
}

/**
 * The sizes are those that the service itself accepts, or less where nobody needs as much. A link may be
 * any text: people paste it with brackets or without a scheme, and the service judges it.
 */
function fields({ meetingStatusField }: RulesConfig): string {
  return `
// What the service reads of a meeting, in the types and sizes that it accepts.
function meetingBotReads(meeting) {
  return meeting.size() <= 50
    && meetingBotText(meeting.get('meeting_url', null), 2048)
    && meetingBotText(meeting.get('join_url', null), 2048)
    && meetingBotInstant(meeting.get('start', null))
    && meetingBotInstant(meeting.get('end', null))
    && meetingBotInstant(meeting.get('occurrence_start_utc', null))
    && meetingBotText(meeting.get('timezone', null), 2048)
    && meetingBotText(meeting.get('bot_name', null), 2048)
    && meetingBotText(meeting.get('gcs_path', null), 2048)
    && meetingBotText(meeting.get(${quote(meetingStatusField)}, null), 64)
    && meetingBotMap(meeting.get('recording_options', null), 20)
    && meetingBotMap(meeting.get('metadata', null), 16)
    && meetingBotRetry(meeting.get('recording_retry', null));
}

function meetingBotText(value, size) {
  return value == null || (value is string && value.size() <= size);
}

// A Timestamp, text, or the map of a calendar: of nothing else there are parts to get.
function meetingBotInstant(value) {
  return value is timestamp
    || meetingBotText(value, 64)
    || (value.size() <= 4
      && meetingBotText(value.get('dateTime', null), 64)
      && meetingBotText(value.get('timeZone', null), 64));
}

function meetingBotRetry(value) {
  return value is timestamp
    || value is number
    || value is bool
    || meetingBotText(value, 128);
}

function meetingBotMap(value, size) {
  return value == null || (value is map && value.size() <= size);
}`;
}

const READS_AND_UPDATES = `
  allow read: if meetingBotMember(resource.data.creator_organization_id);
  allow update: if meetingBotUpdates(resource.data, request.resource.data);`.trim();
const CREATES = "meetingBotCreates(request.resource.data)";

function meetings({ meetingsPath, meetingsQueryMode }: RulesConfig): string {
  if (meetingsQueryMode === "collection_group") return anywhere(meetingsPath);
  const conditions = meetingsPath.split("/").includes(ORGANIZATION)
    ? `organizationId == request.resource.data.creator_organization_id\n    && ${CREATES}`
    : CREATES;
  return `
match /${withOwnWildcards(meetingsPath)}/{meeting} {
  ${READS_AND_UPDATES}
  allow create: if ${conditions};
}`;
}

const ORGANIZATION = "{organizationId}";

/** A wildcard means something by its place alone, except that of the organisation. */
function withOwnWildcards(path: string): string {
  const segments = path.split("/").map((segment, index) => {
    const isOther = segment.startsWith("{") && segment !== ORGANIZATION;
    return isOther ? `{parent${index}}` : segment;
  });
  return segments.join("/");
}

/** In every collection of that id, but those that somebody might put below one of ours. */
function anywhere(id: string): string {
  return `
match /{parents=**}/${id}/{meeting} {
  ${READS_AND_UPDATES}
}
match /${id}/{meeting} {
  allow create: if ${CREATES};
}
match /{root}/{parents=**}/${id}/{meeting} {
  allow create: if !root.matches('bot_.*')
    && ${CREATES};
}`;
}

const OURS = `
match /bot_instances/{instance} {
  allow read: if meetingBotMember(resource.data.creator_organization_id);

  // Events name no organisation; their instance does.
  match /bot_events/{event} {
    allow read: if meetingBotMember(get(/databases/$(database)/documents/bot_instances/$(instance)).data.creator_organization_id);
  }
}`;
