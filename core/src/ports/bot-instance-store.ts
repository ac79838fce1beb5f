import type { BotInstance } from "../bot-instance/bot-instance.ts";
import type { Decision, Refusal, Surroundings } from "../bot-instance/transition.ts";
import type { FinishedRecording } from "../import/finished-recording.ts";
import type { ServeEvent } from "../meeting/enqueue.ts";
import type { Instant } from "../time.ts";

/** A pure decision about one instance. It runs several times when the store repeats a transaction. */
export type Decide = (instance: BotInstance, at: Surroundings) => Decision;

/** What came of a decision; `instance` is the one after the change, or the one that it refused to change. */
export type Outcome =
  | { ok: true; instance: BotInstance }
  | { ok: false; reason: Refusal; instance?: BotInstance };

/** Why nothing was done about a meeting; `not-writable`: its document is as large as one can be. */
export type Ignored = "nothing-to-cancel" | "no-bot-wanted" | "already-linked" | "not-writable";

/** What became of a meeting, with the instance that it is linked to now, or was until now, as it is now. */
export type ServeOutcome =
  | { kind: "ignored"; reason: Ignored }
  | { kind: "created" | "joined" | "replanned" | "released" | "noted"; instance: BotInstance };

/** What became of a finished recording: an instance that fetches it, made now or by an earlier notice. */
export interface ImportOutcome {
  kind: "created" | "repeated";
  instance: BotInstance;
}

/** What came of telling an instance's meetings, by their paths. */
export interface Told {
  /** Their link leads elsewhere by now: they are to be served. */
  toServe: string[];
  /** Their documents cannot be written to; they are not tried again. */
  untold: string[];
}

/** Where bot instances live. Every change is one transaction; instants inside it are the store's own. */
export interface BotInstanceStore {
  /**
   * Reads an instance, asks `decide`, writes its patch. What is claimed, ends, or takes over from another
   * bot takes its room's lock along in the same transaction, and the other bot where that concerns it. Its
   * meetings are told afterwards (`tellMeetings`); one that has ended is due until they are.
   */
  transact(id: string, decide: Decide): Promise<Outcome>;

  /**
   * Tells every meeting of an instance what is true of it now. Rejects when one of them could not be told,
   * for now: the instance stays due.
   */
  tellMeetings(id: string): Promise<Told>;

  /** Gives the meeting at `meetingPath` what it asks for now: a bot, claimed when it is due, or none. */
  serve(meetingPath: string, event: ServeEvent): Promise<ServeOutcome>;

  /**
   * Makes the instance that fetches a finished recording, once for each recording. It belongs to the
   * meetings that wait for one or, without any, to a new one at `newMeetingPath`.
   */
  importRecording(recording: FinishedRecording, newMeetingPath: string): Promise<ImportOutcome>;

  /** The instance as it is now. */
  find(id: string): Promise<BotInstance | undefined>;

  /**
   * The instances that have to be looked at by now, the longest waiting first, `limit` at most.
   * `after` is the last one of the page before: the very object that was found.
   */
  findDue(now: Instant, limit: number, after?: BotInstance): Promise<BotInstance[]>;

  /**
   * The instances that wait in the queue by name, `limit` at most, from after the id `after`. Others may
   * have put them there, so that nothing wakes them.
   */
  findQueued(limit: number, after?: string): Promise<QueuedInstance[]>;
}

/** What is read of an instance to see whether anything will wake it. */
export type QueuedInstance = Pick<BotInstance, "id" | "wakeAt">;
