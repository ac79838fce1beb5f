import { randomUUID } from "node:crypto";
import type { Firestore } from "@google-cloud/firestore";
import * as core from "@meeting-bot/core";
import type { Counter, Operations } from "./count.ts";

/** What of the core is used; the version before this change tells nobody but at the end, all at once. */
export type Core = Pick<
  typeof core,
  | "claim"
  | "complete"
  | "DEFAULT_LEASE_RULES"
  | "FirestoreBotInstanceStore"
  | "launched"
  | "namingOf"
  | "namingSettings"
  | "readSettings"
  | "report"
  | "start"
> &
  Partial<Pick<typeof core, "isTold">>;

/** How a meeting is asked for, and how many other documents are for the same one. */
export interface Asked {
  isPlanned: boolean;
  copies: number;
}

/** What a meeting costs until its bot is launched, and altogether for an hour's recording. */
export interface Cost {
  launch: Operations;
  meeting: Operations;
}

/** A manager reports every thirty seconds, for an hour. */
export const HEARTBEATS = 120;

const PHASES: readonly (core.Phase | undefined)[] = [
  "recording",
  ...Array<undefined>(HEARTBEATS).fill(undefined),
  "converting",
  "uploading",
];

/** Who has claimed which instance. */
interface Claim {
  id: string;
  token: string;
}

const CLAIMED_BY = "bench";

type Store = InstanceType<Core["FirestoreBotInstanceStore"]>;

/** Lives through meetings as the functions and the manager do, and counts what that costs. */
export class Life {
  readonly #firestore: Firestore;
  readonly #counter: Counter;
  readonly #core: Core;
  readonly #store: Store;
  #rooms = 0;

  constructor(firestore: Firestore, counter: Counter, used: Core) {
    this.#firestore = firestore;
    this.#counter = counter;
    this.#core = used;
    const { namingOf, readSettings, namingSettings, DEFAULT_LEASE_RULES: rules } = used;
    const naming = namingOf(readSettings(namingSettings, {}));
    this.#store = new used.FirestoreBotInstanceStore(firestore, naming, rules);
  }

  /** A bot is asked for, launched, and records for an hour. */
  async cost(asked: Asked): Promise<Cost> {
    const paths = await this.#write(asked);
    const before = { ...this.#counter.operations };
    const claim = await this.#ask(paths);
    if (asked.isPlanned) await this.#claim(claim);
    await this.#launch(claim);
    const launch = this.#since(before);
    await this.#tellAll();
    await this.#record(claim);
    return { launch, meeting: this.#since(before) };
  }

  /** What it costs to find that there is nothing to do. */
  async idle(): Promise<Operations> {
    const before = { ...this.#counter.operations };
    await this.#store.findDue(0, 1);
    return this.#since(before);
  }

  /** Writes the documents of one meeting, in a room of its own. */
  async #write({ isPlanned, copies }: Asked): Promise<string[]> {
    this.#rooms += 1;
    const paths = Array.from({ length: 1 + copies }, () => `meetings/${randomUUID()}`);
    const fields = {
      meeting_url: `https://meet.google.com/abc-defg-${codeOf(this.#rooms)}`,
      status: "scheduled",
      creator_organization_id: "organization",
      ...(isPlanned && { start: new Date(Date.now() + core.HOUR).toISOString() }),
    };
    await Promise.all(paths.map((path) => this.#firestore.doc(path).set(fields)));
    return paths;
  }

  /** Serves every document: the first one is given a bot, which the others share. */
  async #ask(paths: readonly string[]): Promise<Claim> {
    const claim = { id: randomUUID(), token: randomUUID() };
    for (const [index, path] of paths.entries()) {
      const minted = index === 0 ? claim : { id: randomUUID(), token: randomUUID() };
      const { id: instanceId, token } = minted;
      const event = { instanceId, token, claimedBy: CLAIMED_BY, joinLeadMs: 0 };
      const outcome = await this.#store.serve(path, event);
      const isShared = outcome.kind !== "ignored" && outcome.instance.id === claim.id;
      if (!isShared) throw new Error(`${path} was not given the bot of ${paths[0]}.`);
    }
    return claim;
  }

  /** The time of one that was planned has come. */
  async #claim({ id, token }: Claim): Promise<void> {
    await this.#firestore.doc(`bot_instances/${id}`).update({ wake_at: new Date() });
    const event = { token, claimedBy: CLAIMED_BY };
    await this.#work(id, (instance, at) => this.#core.claim(instance, event, at));
  }

  async #launch({ id, token }: Claim): Promise<void> {
    const event = { token, execution: { launcher: "none", name: "none" } };
    await this.#work(id, (instance, at) => this.#core.launched(instance, event, at));
  }

  /** A manager, from its start to its end. */
  async #record({ id, token }: Claim): Promise<void> {
    const { start, report, complete } = this.#core;
    const holding = { token, runnerId: randomUUID() };
    await this.#work(id, (instance, at) => start(instance, holding, at));
    for (const phase of PHASES) {
      const event = { ...holding, ...(phase && { phase }) };
      await this.#work(id, (instance, at) => report(instance, event, at));
    }
    const event = { ...holding, outputs: [OUTPUT], partial: false };
    await this.#work(id, (instance, at) => complete(instance, event, at));
    await this.#tellAll();
  }

  async #work(id: string, decide: Parameters<Store["transact"]>[1]): Promise<void> {
    const outcome = await this.#store.transact(id, decide);
    if (!outcome.ok) throw new Error(`${id}: ${outcome.reason}`);
  }

  /** What the events of the histories lead to, beside everything else. */
  async #tellAll(): Promise<void> {
    for (const { instanceId, fields } of this.#counter.entries.splice(0)) {
      if (this.#core.isTold?.(fields)) await this.#store.tellMeetings(instanceId);
    }
  }

  #since(before: Operations): Operations {
    const { reads, writes, history } = this.#counter.operations;
    return {
      reads: reads - before.reads,
      writes: writes - before.writes,
      history: history - before.history,
    };
  }
}

/** The end of a Meet code of its own for each of 17,576 rooms. */
function codeOf(room: number): string {
  const letter = (place: number) => String.fromCharCode(97 + (Math.floor(room / 26 ** place) % 26));
  return `${letter(2)}${letter(1)}${letter(0)}`;
}

const OUTPUT: core.Output = {
  kind: "video",
  uri: "gs://bench/video.mp4",
  contentType: "video/mp4",
  bytes: 1,
  crc32c: "AAAAAA==",
  durationSeconds: 3600,
  codec: "h264",
};
