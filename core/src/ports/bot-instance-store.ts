import type { BotInstance } from "../bot-instance/bot-instance.ts";
import type { Decision, Refusal, Surroundings } from "../bot-instance/transition.ts";
import type { EnqueueEvent } from "../meeting/enqueue.ts";
import type { Instant } from "../time.ts";

/** A pure decision about one instance. It runs several times when the store repeats a transaction. */
export type Decide = (instance: BotInstance, at: Surroundings) => Decision;

/** What came of a decision; `instance` is the one after the change, or the one that it refused to change. */
export type Outcome =
  | { ok: true; instance: BotInstance }
  | { ok: false; reason: Refusal; instance?: BotInstance };

/** What became of a meeting, with the instance that it is linked to now. */
export type EnqueueOutcome =
  | { kind: "ignored"; reason: "no-meeting" | "no-bot-wanted" | "already-linked" }
  | { kind: "joined" | "created"; instance: BotInstance };

/** Where bot instances live. Every change is one transaction; instants inside it are the store's own. */
export interface BotInstanceStore {
  /**
   * Reads an instance, asks `decide`, writes its patch. An instance that ends takes its room's lock
   * and its meetings along in the same transaction.
   */
  transact(id: string, decide: Decide): Promise<Outcome>;

  /** Gives the meeting at `meetingPath` a bot if it wants one and has none, claimed when it is due. */
  enqueue(meetingPath: string, event: EnqueueEvent): Promise<EnqueueOutcome>;

  /**
   * The instances that have to be looked at by now, the longest waiting first, `limit` at most.
   * `after` is the last one of the page before, as it was found.
   */
  findDue(now: Instant, limit: number, after?: BotInstance): Promise<BotInstance[]>;
}
