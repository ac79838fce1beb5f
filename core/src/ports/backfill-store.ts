import type { FoundMeeting, WalkProgress } from "../meeting/backfill.ts";

/** Some of the meetings, in the order of their names. */
export interface MeetingPage {
  meetings: FoundMeeting[];
  /** How many documents that took. */
  reads: number;
  /** Where the next page begins; absent when there is none. */
  after?: string;
}

/** What a walk goes through: the users' meetings, or the instances that wait in the queue. */
export type Walk = "meetings" | "instances";

/** Finds meetings without being told of them, and remembers how far it has come. */
export interface BackfillStore {
  /** The meetings after the path `after`, `limit` documents at most, of each only what judges it. */
  findMeetings(limit: number, after?: string): Promise<MeetingPage>;
  readProgress(walk: Walk): Promise<WalkProgress>;
  writeProgress(walk: Walk, progress: WalkProgress): Promise<void>;
}
