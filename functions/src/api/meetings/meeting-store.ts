import type { Instant, Status, UntrustedDocument } from "@meeting-bot/core";

/** A meeting's document, as far as the API shows it. */
export interface StoredMeeting {
  id: string;
  path: string;
  /** When the document was made: what is deleted and written again is another meeting. */
  createdAt: Instant;
  fields: UntrustedDocument;
}

/** Which meetings are asked for; of several conditions all must hold. */
export interface MeetingFilter {
  recordingStatus?: Status | undefined;
  meetingStatus?: string | undefined;
  /** The id of the last meeting of the page before. */
  after?: string | undefined;
  limit: number;
}

/** A page of meetings. */
export interface MeetingPage {
  meetings: StoredMeeting[];
  /** The id that the next page begins after; absent on the last one. */
  last?: string;
}

/** What makes a repeated request known as one. */
export interface IdempotencyKey {
  key: string;
  /** Of what is asked for. */
  requestHash: string;
}

/** What came of writing a meeting; `id` is the one that is there now. */
export type Created = { kind: "created" | "replayed"; id: string } | { kind: "key-reused" };

/** The fields that a meeting gets; `undefined` removes one. */
export type MeetingPatch = Readonly<Record<string, unknown>>;

/** A pure decision about one meeting, or why not. It runs several times when somebody else writes the meeting, too. */
export type DecideMeeting<Refusal> = (
  meeting: StoredMeeting,
) => { ok: true; patch: MeetingPatch } | { ok: false; refusal: Refusal };

/** What came of a decision: the meeting as it was written, or why it was not. */
export type Changed<Refusal> =
  | { ok: true; meeting: StoredMeeting }
  | { ok: false; refusal: Refusal };

/** The meetings of the users, each organisation's kept apart: another's are not there. */
export interface MeetingStore {
  /** Writes a meeting or, for a key that was used within a day, tells which one that has written. */
  create(
    organizationId: string,
    meeting: Pick<StoredMeeting, "id" | "fields">,
    once?: IdempotencyKey,
  ): Promise<Created>;
  find(organizationId: string, id: string): Promise<StoredMeeting | undefined>;
  /** In the order of their ids. */
  list(organizationId: string, filter: MeetingFilter): Promise<MeetingPage>;
  /** Reads a meeting, asks `decide`, writes its patch; undefined when there is no such meeting. */
  change<Refusal>(
    organizationId: string,
    id: string,
    decide: DecideMeeting<Refusal>,
  ): Promise<Changed<Refusal> | undefined>;
  /** The ids of all bot instances that serve a meeting, or have served it. */
  instancesOf(meeting: StoredMeeting): Promise<string[]>;
  /** The paths of the meetings that an instance serves, or has served. */
  meetingsOf(instanceId: string): Promise<string[]>;
}
