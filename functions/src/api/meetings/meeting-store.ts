import type { RecordingSummary, Status, UntrustedDocument } from "@meeting-bot/core";

/** A meeting's document. */
export interface StoredMeeting {
  id: string;
  path: string;
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
  /** Has a meeting want no bot any more; the meeting as it is then. */
  cancel(organizationId: string, id: string): Promise<StoredMeeting | undefined>;
  /** The ids of all bot instances that serve a meeting, or have served it. */
  instancesOf(meeting: StoredMeeting): Promise<string[]>;
  /** Replaces what a meeting that has left its bot shows of its recording. */
  summarizeRecording(meeting: StoredMeeting, summary: RecordingSummary): Promise<void>;
}
